import { describe, expect, test } from 'vitest';
import type { Container } from '../../src/inject/pod.ts';
import { detectLanguage, parseLanguageAnnotation } from '../../src/retry/evidence.ts';
import type { LanguageFinding } from '../../src/retry/evidence.ts';
import type { Language } from '../../src/retry/language.ts';

type Given = Partial<Container> & { annotations?: Record<string, string>; explicit?: Language; isFirst?: boolean };

function find({ annotations = {}, explicit, isFirst = true, ...container }: Given): LanguageFinding {
  return detectLanguage({ name: 'app', ...container }, annotations, explicit, { isFirst });
}

/** `language strength`, `disagree`, or `unknown`. */
function brief({ language, strength, disagree }: LanguageFinding): string {
  if (disagree) return 'disagree';
  return language === undefined ? 'unknown' : `${language} ${strength}`;
}

const operator = 'instrumentation.opentelemetry.io';
const env = (name: string, value: string) => ({ env: [{ name, value }] });
const secret = (name: string) => ({ env: [{ name, valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] });

const cases: { name: string; given: Given; want: string }[] = [
  { name: 'nothing', given: {}, want: 'unknown' },

  // Commands.
  { name: 'java', given: { command: ['java', '-jar', 'app.jar'] }, want: 'java command' },
  { name: 'java by its path', given: { command: ['/usr/lib/jvm/17/bin/java'] }, want: 'java command' },
  { name: 'java by a variable path', given: { command: ['$(JAVA_HOME)/bin/java'] }, want: 'java command' },
  { name: 'node', given: { command: ['node'], args: ['server.js'] }, want: 'nodejs command' },
  { name: 'nodejs, the name Debian gives it', given: { command: ['/usr/bin/nodejs', 'a.js'] }, want: 'nodejs command' },
  { name: 'npm is a hint', given: { command: ['npm', 'start'] }, want: 'nodejs hint' },
  { name: 'python', given: { command: ['python', '-m', 'app'] }, want: 'python command' },
  { name: 'python3.12', given: { command: ['/usr/local/bin/python3.12', 'app.py'] }, want: 'python command' },
  { name: 'gunicorn', given: { command: ['gunicorn', 'app:app'] }, want: 'python command' },
  { name: 'uvicorn', given: { command: ['/venv/bin/uvicorn', 'app:app'] }, want: 'python command' },
  { name: 'celery', given: { command: ['celery', 'worker'] }, want: 'python command' },
  { name: 'opentelemetry-instrument', given: { command: ['opentelemetry-instrument', 'x'] }, want: 'python command' },
  { name: 'dotnet', given: { command: ['dotnet', 'App.dll'] }, want: 'dotnet command' },
  { name: 'bundle', given: { command: ['bundle', 'exec', 'puma'] }, want: 'ruby command' },
  { name: 'php-fpm', given: { command: ['php-fpm', '-F'] }, want: 'php command' },
  { name: 'php-fpm8.3', given: { command: ['/usr/sbin/php-fpm8.3'] }, want: 'php command' },
  { name: 'elixir', given: { command: ['elixir', 'app.exs'] }, want: 'erlang command' },
  {
    name: 'behind tini',
    given: { command: ['/sbin/tini', '--', 'java'], args: ['-jar', 'a.jar'] },
    want: 'java command',
  },
  { name: 'behind tini, in args', given: { command: ['tini', '--'], args: ['node', 'a.js'] }, want: 'nodejs command' },
  { name: 'behind env', given: { command: ['/usr/bin/env', 'A=java', 'python3', 'a.py'] }, want: 'python command' },
  { name: 'behind two of them', given: { command: ['tini', '-s', '--', 'env', 'A=1', 'ruby'] }, want: 'ruby command' },

  // Traps for commands.
  { name: 'a shell script', given: { command: ['sh', '-c', 'java -jar app.jar'] }, want: 'unknown' },
  { name: 'a shell that execs', given: { command: ['/bin/bash', '-c', 'exec python app.py'] }, want: 'unknown' },
  { name: 'arguments without a command', given: { args: ['java', '-jar', 'app.jar'] }, want: 'unknown' },
  { name: 'node-exporter', given: { command: ['/bin/node-exporter'] }, want: 'unknown' },
  { name: 'node_exporter', given: { command: ['/bin/node_exporter'] }, want: 'unknown' },
  { name: 'javascript', given: { command: ['javascript'] }, want: 'unknown' },
  { name: 'java as a folder', given: { command: ['/opt/java/start'] }, want: 'unknown' },
  { name: 'java.sh', given: { command: ['./java.sh'] }, want: 'unknown' },
  { name: 'pythonista', given: { command: ['pythonista'] }, want: 'unknown' },
  { name: 'python3-config', given: { command: ['python3-config'] }, want: 'unknown' },
  { name: 'phpunit', given: { command: ['phpunit'] }, want: 'unknown' },
  { name: 'rubyist', given: { command: ['rubyist'] }, want: 'unknown' },
  { name: 'another program given java', given: { command: ['/app/run', 'java'] }, want: 'unknown' },
  { name: 'supervisord', given: { command: ['python3', '/usr/bin/supervisord'] }, want: 'unknown' },
  { name: 'an option of env with a word of its own', given: { command: ['env', '-u', 'X', 'java'] }, want: 'unknown' },
  { name: 'an empty command', given: { command: [], args: ['node'] }, want: 'unknown' },

  // Images.
  { name: 'node', given: { image: 'node:22-alpine' }, want: 'nodejs hint' },
  { name: 'node in full', given: { image: 'docker.io/library/node:22' }, want: 'nodejs hint' },
  { name: 'python by digest', given: { image: `python:3.12@sha256:${'a'.repeat(64)}` }, want: 'python hint' },
  { name: 'eclipse-temurin', given: { image: 'eclipse-temurin' }, want: 'java hint' },
  {
    name: 'amazoncorretto on ECR',
    given: { image: 'public.ecr.aws/docker/library/amazoncorretto:21' },
    want: 'java hint',
  },
  { name: 'aspnet', given: { image: 'mcr.microsoft.com/dotnet/aspnet:9.0' }, want: 'dotnet hint' },
  { name: 'php', given: { image: 'php:8.3-fpm' }, want: 'php hint' },
  { name: 'golang', given: { image: 'golang:1.25' }, want: 'go hint' },
  { name: 'elixir', given: { image: 'elixir:1.18' }, want: 'erlang hint' },
  { name: 'distroless java', given: { image: 'gcr.io/distroless/java21-debian12:nonroot' }, want: 'java hint' },
  { name: 'distroless nodejs', given: { image: 'gcr.io/distroless/nodejs22-debian12' }, want: 'nodejs hint' },
  { name: 'distroless python', given: { image: 'gcr.io/distroless/python3-debian12' }, want: 'python hint' },

  // Traps for images.
  { name: 'my-python-app', given: { image: 'my-python-app:1' }, want: 'unknown' },
  { name: 'python as a tag', given: { image: 'acme/app:python' }, want: 'unknown' },
  { name: 'node of somebody else', given: { image: 'acme/node:22' }, want: 'unknown' },
  { name: 'node in a private registry', given: { image: 'localhost:5000/node' }, want: 'unknown' },
  { name: 'python as a registry port', given: { image: 'python:5000/redis' }, want: 'unknown' },
  { name: 'node-exporter', given: { image: 'quay.io/prometheus/node-exporter:v1.9' }, want: 'unknown' },
  { name: 'alpine/java', given: { image: 'alpine/java:21' }, want: 'unknown' },
  { name: 'distroless static', given: { image: 'gcr.io/distroless/static-debian12' }, want: 'unknown' },
  { name: 'distroless look-alike', given: { image: 'gcr.io/distroless/javascript' }, want: 'unknown' },
  {
    name: 'runtime-deps holds no runtime',
    given: { image: 'mcr.microsoft.com/dotnet/runtime-deps:9.0' },
    want: 'unknown',
  },
  ...['busybox', 'redis:7', 'nginx', 'alpine', 'postgres:17', ''].map((image) => ({
    name: `"${image}"`,
    given: { image },
    want: 'unknown',
  })),

  // Variables.
  { name: 'JAVA_TOOL_OPTIONS', given: env('JAVA_TOOL_OPTIONS', '-javaagent:/otel.jar'), want: 'java hint' },
  { name: 'JDK_JAVA_OPTIONS', given: env('JDK_JAVA_OPTIONS', '-Xmx1g'), want: 'java hint' },
  { name: 'an empty JAVA_TOOL_OPTIONS', given: env('JAVA_TOOL_OPTIONS', ' '), want: 'unknown' },
  { name: 'JAVA_TOOL_OPTIONS from a Secret', given: secret('JAVA_TOOL_OPTIONS'), want: 'unknown' },
  { name: 'NODE_OPTIONS', given: env('NODE_OPTIONS', '--require ./otel.js'), want: 'nodejs hint' },
  { name: 'NODE_ENV', given: env('NODE_ENV', 'production'), want: 'unknown' },
  { name: 'CORECLR_PROFILER', given: env('CORECLR_PROFILER', '{918728DD}'), want: 'dotnet hint' },
  { name: 'CORECLR_PROFILER from a Secret', given: secret('CORECLR_PROFILER'), want: 'dotnet hint' },
  { name: 'CORECLR_ENABLE_PROFILING=0', given: env('CORECLR_ENABLE_PROFILING', '0'), want: 'unknown' },
  { name: 'RUBYOPT', given: env('RUBYOPT', '-r/otel'), want: 'ruby hint' },
  { name: 'PYTHONPATH', given: env('PYTHONPATH', '/app'), want: 'unknown' },
  {
    name: 'PYTHONPATH of the Operator',
    given: env('PYTHONPATH', '/app:/otel-auto-instrumentation-python/opentelemetry'),
    want: 'python hint',
  },
  { name: 'PHP autoload', given: env('OTEL_PHP_AUTOLOAD_ENABLED', 'true'), want: 'php hint' },
  { name: 'PHP autoload off', given: env('OTEL_PHP_AUTOLOAD_ENABLED', 'false'), want: 'unknown' },
  {
    name: 'a variable we inject ourselves',
    given: env('OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY', 'in_memory'),
    want: 'unknown',
  },

  // The OpenTelemetry Operator.
  { name: 'inject-java', given: { annotations: { [`${operator}/inject-java`]: 'true' } }, want: 'java explicit' },
  {
    name: 'inject-python with an Instrumentation',
    given: { annotations: { [`${operator}/inject-python`]: 'otel/python' } },
    want: 'python explicit',
  },
  { name: 'inject-java: false', given: { annotations: { [`${operator}/inject-java`]: 'False' } }, want: 'unknown' },
  { name: 'inject-java: ""', given: { annotations: { [`${operator}/inject-java`]: '' } }, want: 'unknown' },
  { name: 'inject-sdk', given: { annotations: { [`${operator}/inject-sdk`]: 'true' } }, want: 'unknown' },
  {
    name: 'inject-java on a second container',
    given: { isFirst: false, annotations: { [`${operator}/inject-java`]: 'true' } },
    want: 'unknown',
  },
  {
    name: 'container-names names it',
    given: {
      isFirst: false,
      annotations: { [`${operator}/inject-java`]: 'true', [`${operator}/container-names`]: 'web, app' },
    },
    want: 'java explicit',
  },
  {
    name: 'container-names names others',
    given: { annotations: { [`${operator}/inject-java`]: 'true', [`${operator}/container-names`]: 'web,app2' } },
    want: 'unknown',
  },
  {
    name: 'java-container-names goes before container-names',
    given: {
      annotations: {
        [`${operator}/inject-java`]: 'true',
        [`${operator}/java-container-names`]: 'web',
        [`${operator}/container-names`]: 'app',
      },
    },
    want: 'unknown',
  },
  {
    name: 'two languages with names for each',
    given: {
      isFirst: false,
      annotations: {
        [`${operator}/inject-java`]: 'true',
        [`${operator}/java-container-names`]: 'web',
        [`${operator}/inject-python`]: 'true',
        [`${operator}/python-container-names`]: 'app',
      },
    },
    want: 'python explicit',
  },
  {
    name: 'two languages without names',
    given: { annotations: { [`${operator}/inject-java`]: 'true', [`${operator}/inject-python`]: 'true' } },
    want: 'unknown',
  },
  {
    name: 'two languages, one of them false',
    given: { annotations: { [`${operator}/inject-java`]: 'true', [`${operator}/inject-python`]: 'false' } },
    want: 'java explicit',
  },

  // Together.
  { name: 'agreement takes the strongest', given: { image: 'node:22', command: ['node'] }, want: 'nodejs command' },
  { name: 'command against image', given: { image: 'python:3', command: ['node'] }, want: 'disagree' },
  {
    name: 'two variables',
    given: {
      env: [
        { name: 'JAVA_TOOL_OPTIONS', value: '-Xmx1g' },
        { name: 'NODE_OPTIONS', value: '-r x' },
      ],
    },
    want: 'disagree',
  },
  {
    name: 'the Operator against the command',
    given: { command: ['python3'], annotations: { [`${operator}/inject-java`]: 'true' } },
    want: 'disagree',
  },
  {
    name: 'a shell script against the image',
    given: { image: 'node:22', command: ['sh', '-c', 'cd /app && python3 app.py'] },
    want: 'disagree',
  },
  {
    name: 'a shell script with the image',
    given: { image: 'python:3', command: ['sh', '-c', 'exec python3 app.py'] },
    want: 'python hint',
  },
  {
    name: 'a shell script of something else',
    given: { image: 'node:22', command: ['sh', '-c', './run'] },
    want: 'nodejs hint',
  },
  { name: 'our annotation alone', given: { explicit: 'cpp' }, want: 'cpp explicit' },
  {
    name: 'our annotation against everything',
    given: { explicit: 'go', image: 'python:3', command: ['node'] },
    want: 'go explicit',
  },
];

describe('detectLanguage', () => {
  test.each(cases)('$name: $want', ({ given, want }) => {
    expect(brief(find(given))).toBe(want);
  });

  test('names what it saw, strongest first', () => {
    const { evidence } = find({ image: 'docker.io/library/node:22', command: ['node'] });
    expect(evidence).toEqual(['command node', 'image docker.io/library/node']);
  });

  test('names both sides of a disagreement', () => {
    expect(find({ image: 'python:3', command: ['node'] }).evidence).toEqual(['command node', 'image python']);
  });

  test('reads variables where the caller found them', () => {
    const user = (name: string) =>
      name === 'NODE_OPTIONS' ? ({ kind: 'literal', value: '-r x' } as const) : undefined;
    expect(brief(detectLanguage({ name: 'app' }, {}, undefined, { user }))).toBe('nodejs hint');
  });

  test('counts no variable of a source that cannot be read', () => {
    const user = () => ({ kind: 'opaque' }) as const;
    expect(detectLanguage({ name: 'app' }, {}, undefined, { user }).evidence).toEqual([
      'variable CORECLR_PROFILER',
      'variable CORECLR_PROFILER_PATH',
      'variable DOTNET_STARTUP_HOOKS',
    ]);
  });

  test('bears with a manifest that no API server has checked', () => {
    const wild = JSON.parse('{"name":"app","image":7,"command":["java",8],"args":null,"env":null}') as Container;
    const annotations = JSON.parse(`{"${operator}/inject-java":true}`) as Record<string, string>;
    expect(brief(detectLanguage(wild, annotations, undefined, { isFirst: true }))).toBe('java command');
  });
});

describe('parseLanguageAnnotation', () => {
  test.each<{ given: string; all?: Language; by?: Record<string, Language>; problems?: number }>([
    { given: 'java', all: 'java' },
    { given: ' Node ', all: 'nodejs' },
    { given: 'js', all: 'nodejs' },
    { given: '.NET', all: 'dotnet' },
    { given: 'c++', all: 'cpp' },
    { given: 'golang', all: 'go' },
    { given: 'app=java,worker=python', by: { app: 'java', worker: 'python' } },
    { given: 'java, worker = python', all: 'java', by: { worker: 'python' } },
    { given: 'cobol', problems: 1 },
    { given: 'app=cobol,worker=python', by: { worker: 'python' }, problems: 1 },
    { given: '', problems: 1 },
    { given: 'java,', all: 'java', problems: 1 },
    { given: '=java', problems: 1 },
    { given: 'app=', problems: 1 },
    { given: 'java,python', all: 'java', problems: 1 },
    { given: 'app=java,app=go', by: { app: 'java' }, problems: 1 },
    { given: 'app=java,app=java', by: { app: 'java' } },
    { given: 'app=java=go', problems: 1 },
  ])('reads "$given"', ({ given, all, by = {}, problems = 0 }) => {
    const parsed = parseLanguageAnnotation(given);
    expect(parsed.all).toBe(all);
    expect(Object.fromEntries(parsed.byContainer)).toEqual(by);
    expect(parsed.problems).toHaveLength(problems);
  });

  test('says what is wrong and what is known', () => {
    expect(parseLanguageAnnotation('cobol').problems[0]).toMatch(/^unknown language "cobol"; known: java, python/);
  });
});
