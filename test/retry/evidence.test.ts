import { describe, expect, test } from 'vitest';
import type { Container } from '../../src/inject/pod.ts';
import { detectLanguage } from '../../src/retry/evidence.ts';
import { brief, env, find, type Given, operator, secret } from './finding.ts';

const cases: { name: string; given: Given; want: string }[] = [
  { name: 'nothing', given: {}, want: 'unknown' },

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
