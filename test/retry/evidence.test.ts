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

  { name: 'behind an option with a value', given: { command: ['env', '-u', 'X', 'java'] }, want: 'java command' },
  { name: 'behind an init in an init', given: { command: ['tini', '--', 'dumb-init', 'java'] }, want: 'java command' },
  { name: 'behind nothing', given: { command: ['tini', '--'] }, want: 'unknown' },
  { name: 'behind uv', given: { command: ['uv', 'run', '--frozen', 'celery'] }, want: 'python command' },
  { name: 'behind another verb of uv', given: { command: ['uv', 'tool', 'celery'] }, want: 'unknown' },

  // Shells.
  { name: 'one command', given: { command: ['sh', '-c', 'java -jar app.jar'] }, want: 'java command' },
  { name: 'an exec', given: { command: ['/bin/bash', '-c', 'exec python app.py'] }, want: 'python command' },
  { name: 'its script in args', given: { command: ['bash', '-ec'], args: ['exec ruby a.rb'] }, want: 'ruby command' },
  {
    name: 'options before its script',
    given: { command: ['bash', '-eo', 'pipefail', '-c', '--', 'php a.php'] },
    want: 'php command',
  },
  { name: 'an init in a shell', given: { command: ['sh', '-c', 'exec tini -- java -jar a'] }, want: 'java command' },
  { name: 'a runner in a shell', given: { command: ['sh', '-c', 'npm ci && npm start'] }, want: 'nodejs hint' },
  { name: 'a script file', given: { command: ['sh', 'java', '-c'] }, want: 'unknown' },
  { name: 'a shell in a shell', given: { command: ['sh', '-c', 'sh -c "java -jar a"'] }, want: 'unknown' },
  { name: 'a shell without a script', given: { command: ['bash', '-c'] }, want: 'unknown' },
  {
    name: 'what is not known before an exec',
    given: { command: ['sh', '-c', './w db; exec java'] },
    want: 'java command',
  },
  { name: 'what is not known before no exec', given: { command: ['sh', '-c', './w db; java'] }, want: 'unknown' },
  { name: 'two execs', given: { command: ['sh', '-c', 'exec ./w; exec java'] }, want: 'unknown' },
  { name: 'another language before', given: { command: ['sh', '-c', 'php a.php; exec java'] }, want: 'unknown' },
  { name: 'something after', given: { command: ['sh', '-c', 'java -jar a; sleep 9'] }, want: 'unknown' },
  { name: 'a manager in a shell', given: { command: ['sh', '-c', 'exec python3 supervisord'] }, want: 'unknown' },

  // Traps for commands.
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
  { name: 'node without a script', given: { command: ['node', '--inspect'] }, want: 'unknown' },
  { name: 'node with a module before its script', given: { command: ['node', '-r', 'a.js', 'b'] }, want: 'unknown' },
  { name: 'node with a configuration', given: { command: ['node', '--config', '/etc/a'] }, want: 'unknown' },
  { name: 'go without run', given: { command: ['go', 'version'] }, want: 'unknown' },
  { name: 'the yarn of Hadoop', given: { command: ['yarn', 'nodemanager'] }, want: 'unknown' },
  { name: 'a yarn of Node.js', given: { command: ['yarn', 'start:prod'] }, want: 'nodejs hint' },
  { name: 'nodemon of another program', given: { command: ['nodemon', '-x', 'python3 a.py'] }, want: 'unknown' },
  { name: 'Quarkus', given: { command: ['java', '-jar', 'quarkus-run.jar'] }, want: 'unknown' },
  { name: 'supervisord', given: { command: ['python3', '/usr/bin/supervisord'] }, want: 'unknown' },
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
  { name: 'distroless java', given: { image: 'gcr.io/distroless/java21-debian12:nonroot' }, want: 'java command' },
  {
    name: 'distroless nodejs',
    given: { image: 'gcr.io/distroless/nodejs22-debian12', args: ['a.js'] },
    want: 'nodejs command',
  },
  { name: 'distroless python', given: { image: 'gcr.io/distroless/python3-debian12' }, want: 'python command' },

  {
    name: 'node in a mirror with folders',
    given: { image: 'registry.example.com:5000/hub/library/node:22@sha256:0' },
    want: 'nodejs hint',
  },
  { name: 'a program of an official image', given: { image: 'wordpress:6' }, want: 'php hint' },
  { name: 'its arguments', given: { image: 'python:3.12', args: ['python', 'a.py'] }, want: 'python command' },
  { name: 'arguments for its entrypoint', given: { image: 'php:8.3-fpm', args: ['-F'] }, want: 'php hint' },
  { name: 'arguments of another program', given: { image: 'php:8.3-fpm', args: ['./run'] }, want: 'unknown' },

  // Traps for images.
  { name: 'a command that is not known', given: { image: 'node:22', command: ['./run'] }, want: 'unknown' },
  { name: 'supervisord in it', given: { image: 'python:3', command: ['supervisord'] }, want: 'unknown' },
  { name: 'a folder called library', given: { image: 'acme/library/node:22' }, want: 'unknown' },
  { name: 'library as a project', given: { image: 'registry.example.com/library/acme/node' }, want: 'unknown' },
  { name: 'distroless/java-base', given: { image: 'gcr.io/distroless/java-base-debian12' }, want: 'unknown' },
  {
    name: 'distroless python with a command',
    given: { image: 'gcr.io/distroless/python3', command: ['/a'] },
    want: 'unknown',
  },
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
  { name: 'JDK_JAVA_OPTIONS', given: env('JDK_JAVA_OPTIONS', '-Xmx1g -javaagent:a.jar'), want: 'java hint' },
  { name: 'an empty JAVA_TOOL_OPTIONS', given: env('JAVA_TOOL_OPTIONS', ' '), want: 'unknown' },
  { name: 'JAVA_TOOL_OPTIONS from a Secret', given: secret('JAVA_TOOL_OPTIONS'), want: 'unknown' },
  { name: 'NODE_OPTIONS', given: env('NODE_OPTIONS', '--require ./otel.js'), want: 'nodejs hint' },
  { name: 'a heap size', given: env('JAVA_TOOL_OPTIONS', '-Xmx1g'), want: 'unknown' },
  { name: 'a property', given: env('JAVA_TOOL_OPTIONS', '-Djavaagent=a.jar'), want: 'unknown' },
  { name: 'a heap size of Node.js', given: env('NODE_OPTIONS', '--max-old-space-size=512'), want: 'unknown' },
  { name: 'a warning of Ruby', given: env('RUBYOPT', '-W:no-deprecated'), want: 'unknown' },
  {
    name: 'the agent of an injector',
    given: env('JAVA_TOOL_OPTIONS', ' -javaagent:/otel-auto-instrumentation-java-app/javaagent.jar'),
    want: 'unknown',
  },
  { name: 'NODE_ENV', given: env('NODE_ENV', 'production'), want: 'unknown' },
  { name: 'CORECLR_PROFILER', given: env('CORECLR_PROFILER', '{918728DD}'), want: 'dotnet hint' },
  { name: 'CORECLR_PROFILER from a Secret', given: secret('CORECLR_PROFILER'), want: 'dotnet hint' },
  { name: 'CORECLR_ENABLE_PROFILING=0', given: env('CORECLR_ENABLE_PROFILING', '0'), want: 'unknown' },
  { name: 'RUBYOPT', given: env('RUBYOPT', '-r/otel'), want: 'ruby hint' },
  { name: 'PYTHONPATH', given: env('PYTHONPATH', '/app'), want: 'unknown' },
  {
    name: 'PYTHONPATH of the Operator, which may come from the annotation of a namespace',
    given: env('PYTHONPATH', '/app:/otel-auto-instrumentation-python/opentelemetry'),
    want: 'unknown',
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
  {
    name: 'agreement takes the strongest',
    given: { image: 'node:22', command: ['node', 'a.js'] },
    want: 'nodejs command',
  },
  { name: 'command against image', given: { image: 'python:3', command: ['node', 'a.js'] }, want: 'disagree' },
  {
    name: 'two variables',
    given: {
      env: [
        { name: 'JAVA_TOOL_OPTIONS', value: '-javaagent:a.jar' },
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
    given: { image: 'python:3', command: ['sh', '-c', '[ -f a ] || b; python3 app.py'] },
    want: 'python hint',
  },
  {
    name: 'a shell script of something else',
    given: { image: 'node:22', command: ['sh', '-c', './run'] },
    want: 'unknown',
  },
  {
    name: 'a heap size against an image',
    given: { image: 'php:8.3-fpm', ...env('JAVA_TOOL_OPTIONS', '-Xmx1g') },
    want: 'disagree',
  },
  {
    name: 'a heap size against a command',
    given: { command: ['celery'], ...env('JAVA_TOOL_OPTIONS', '-Xmx1g') },
    want: 'python command',
  },
  {
    name: 'an agent against a command',
    given: { command: ['celery'], ...env('JAVA_TOOL_OPTIONS', '-javaagent:/a.jar') },
    want: 'disagree',
  },
  {
    name: 'the agent of an injector against a command',
    given: { command: ['celery'], ...env('JAVA_TOOL_OPTIONS', '-javaagent:/datadog-lib/a.jar') },
    want: 'disagree',
  },
  {
    name: 'a JVM beside Python',
    given: { command: ['python', 'a.py'], ...env('SPARK_HOME', '/opt/spark') },
    want: 'disagree',
  },
  {
    name: 'the Operator against an image',
    given: { image: 'rabbitmq:4', annotations: { [`${operator}/inject-dotnet`]: 'true' } },
    want: 'disagree',
  },
  {
    name: 'arguments for an entrypoint against a variable',
    given: { args: ['gunicorn'], ...env('NODE_OPTIONS', '-r x') },
    want: 'disagree',
  },
  { name: 'our annotation alone', given: { explicit: 'cpp' }, want: 'cpp explicit' },
  {
    name: 'our annotation against everything',
    given: { explicit: 'go', image: 'python:3', command: ['node', 'a.js'] },
    want: 'go explicit',
  },
];

describe('detectLanguage', () => {
  test.each(cases)('$name: $want', ({ given, want }) => {
    expect(brief(find(given))).toBe(want);
  });

  test('names what it saw, strongest first', () => {
    const { evidence } = find({ image: 'docker.io/library/node:22', command: ['node', 'a.js'] });
    expect(evidence).toEqual(['command node', 'image docker.io/library/node']);
  });

  test('names both sides of a disagreement', () => {
    expect(find({ image: 'python:3', command: ['node', 'a.js'] }).evidence).toEqual(['command node', 'image python']);
  });

  test('names what proves nothing where there is no more', () => {
    expect(find(env('JAVA_TOOL_OPTIONS', '-Xmx1g')).evidence).toEqual(['variable JAVA_TOOL_OPTIONS']);
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
