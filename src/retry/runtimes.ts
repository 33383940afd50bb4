import type { Language } from './language.ts';

/** How a program, an image or a variable gives its language away. Every row names a thing exactly: nothing is searched for inside a longer name. */

/** Programs that are a language's runtime or a server written in it, by the base name of their path. */
export const programs: readonly { language: Language; names: readonly string[]; versioned?: RegExp }[] = [
  { language: 'java', names: ['java'] },
  {
    language: 'python',
    names: [
      'gunicorn',
      'uvicorn',
      'hypercorn',
      'daphne',
      'celery',
      'flask',
      'django-admin',
      'opentelemetry-instrument',
    ],
    versioned: /^(python|pypy)(\d+(\.\d+)?)?$/,
  },
  { language: 'nodejs', names: ['node', 'nodejs', 'nodemon', 'ts-node', 'tsx'] },
  { language: 'dotnet', names: ['dotnet'] },
  { language: 'ruby', names: ['ruby', 'bundle', 'puma', 'unicorn', 'rails', 'rackup', 'sidekiq'] },
  { language: 'php', names: [], versioned: /^php(-fpm|-cgi)?(\d+(\.\d+)?)?$/ },
  { language: 'erlang', names: ['beam.smp', 'erl', 'elixir', 'iex', 'mix'] },
];

/** Start something that is nearly always their own language, but need not be: a hint. */
export const taskRunners: readonly { language: Language; names: readonly string[] }[] = [
  { language: 'nodejs', names: ['npm', 'npx', 'yarn', 'pnpm'] },
];

/** Written in one language, run programs of any: a command that names one says nothing. */
export const processManagers: readonly string[] = [
  'supervisord',
  'supervisor',
  'pm2',
  'pm2-runtime',
  'honcho',
  'foreman',
];

/** Run the command that follows them. */
export const inits: readonly string[] = ['tini', 'dumb-init', 'catatonit', 'env'];

export const shells: readonly string[] = ['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh', 'busybox'];

/** Official images that hold a language's runtime, on Docker Hub under library/ and so with several addresses. */
export const officialImages: readonly { language: Language; names: readonly string[] }[] = [
  {
    language: 'java',
    names: [
      'amazoncorretto',
      'eclipse-temurin',
      'ibm-semeru-runtimes',
      'ibmjava',
      'jetty',
      'openjdk',
      'sapmachine',
      'tomcat',
    ],
  },
  { language: 'python', names: ['python', 'pypy'] },
  { language: 'nodejs', names: ['node'] },
  { language: 'go', names: ['golang'] },
  { language: 'ruby', names: ['ruby'] },
  { language: 'php', names: ['php'] },
  { language: 'rust', names: ['rust'] },
  { language: 'erlang', names: ['erlang', 'elixir'] },
];

/** Where the official images are found; the second to last is how containerd writes them out, the last AWS's mirror. */
export const officialPrefixes: readonly string[] = [
  '',
  'library/',
  'docker.io/',
  'index.docker.io/library/',
  'docker.io/library/',
  'public.ecr.aws/docker/library/',
];

/** Runtime images of their makers, by the whole repository name. */
export const vendorImages: readonly { language: Language; repository: RegExp }[] = [
  { language: 'dotnet', repository: /^mcr\.microsoft\.com\/dotnet\/(aspnet|runtime|sdk)$/ },
  { language: 'java', repository: /^mcr\.microsoft\.com\/openjdk\/jdk$/ },
  { language: 'java', repository: /^public\.ecr\.aws\/amazoncorretto\/amazoncorretto$/ },
  { language: 'java', repository: /^gcr\.io\/distroless\/java(\d+|-base)?(-debian\d+)?$/ },
  { language: 'nodejs', repository: /^gcr\.io\/distroless\/nodejs(\d+)?(-debian\d+)?$/ },
  { language: 'python', repository: /^gcr\.io\/distroless\/python\d+(-debian\d+)?$/ },
];

/**
 * Variables that only one runtime reads. `presence` is enough where nobody sets them for another reason; else
 * the value has to be known and match.
 */
export const variables: readonly { language: Language; name: string; presence?: true; value: RegExp }[] = [
  { language: 'java', name: 'JAVA_TOOL_OPTIONS', value: /\S/ },
  { language: 'java', name: 'JDK_JAVA_OPTIONS', value: /\S/ },
  { language: 'nodejs', name: 'NODE_OPTIONS', value: /\S/ },
  { language: 'dotnet', name: 'CORECLR_PROFILER', presence: true, value: /\S/ },
  { language: 'dotnet', name: 'CORECLR_PROFILER_PATH', presence: true, value: /\S/ },
  { language: 'dotnet', name: 'DOTNET_STARTUP_HOOKS', presence: true, value: /\S/ },
  { language: 'ruby', name: 'RUBYOPT', value: /\S/ },
  { language: 'php', name: 'OTEL_PHP_AUTOLOAD_ENABLED', value: /^\s*true\s*$/i },
  // People set PYTHONPATH in images of any kind; this is the folder that the OpenTelemetry Operator puts there.
  { language: 'python', name: 'PYTHONPATH', value: /(^|[/:])otel-auto-instrumentation-python(-\w+)?(\/|:|$)/ },
];
