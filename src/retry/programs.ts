import type { Language } from './language.ts';

/** What a program gives away by its name. Every row names it exactly: nothing is searched for inside a longer name. */
export interface Program {
  language: Language;
  names: readonly string[];
  /** The same names with a version. */
  versioned?: RegExp;
  /** Whether the words behind it fit. A name that others use too needs them, and so does a program that can run another language. */
  fits?: (rest: readonly string[]) => boolean;
}

/** Runtimes and servers written in a language, by the base name of their path. None that exists to start other programs (Airflow, Jupyter). */
export const programs: readonly Program[] = [
  // Quarkus has an exporter of its own, and on JRuby the Ruby SDK reads seconds.
  {
    language: 'java',
    names: ['java', 'catalina.sh'],
    fits: (rest) => !rest.some((word) => /quarkus|jruby/i.test(word)),
  },
  {
    language: 'python',
    names: [
      'python',
      'pypy',
      'gunicorn',
      'uvicorn',
      'hypercorn',
      'daphne',
      'waitress-serve',
      'celery',
      'flask',
      'fastapi',
      'django-admin',
      'streamlit',
      'opentelemetry-instrument',
      'ddtrace-run',
      'newrelic-admin',
    ],
    versioned: /^(python|pypy)\d+(\.\d+)?$/,
    // PySpark: a JVM is started beside it, with the same variables.
    fits: (rest) => !rest.some((word) => /spark|flink|jython|jpype/i.test(word)),
  },
  // Programs of other languages are called node as well: those of a cluster, a chain, a storage driver.
  { language: 'nodejs', names: ['node'], fits: (rest) => isNodeScript(scriptOfNode(rest)) },
  { language: 'nodejs', names: ['nodejs', 'ts-node', 'tsx'] },
  { language: 'go', names: ['go'], fits: ([verb]) => verb === 'run' },
  { language: 'rust', names: ['cargo'], fits: ([verb]) => verb === 'run' },
  { language: 'dotnet', names: ['dotnet'] },
  { language: 'ruby', names: ['ruby', 'bundle', 'puma', 'unicorn', 'rails', 'rackup', 'sidekiq'] },
  {
    language: 'php',
    names: ['php', 'php-fpm', 'php-cgi', 'apache2-foreground'],
    versioned: /^php(-fpm|-cgi)?\d+(\.\d+)?$/,
  },
  { language: 'erlang', names: ['beam.smp', 'erl', 'elixir', 'iex', 'mix'] },
];

/** Start something that is nearly always their own language, but need not be: a hint. */
export const taskRunners: readonly Program[] = [
  { language: 'nodejs', names: ['npm', 'npx', 'pnpm'] },
  // Hadoop has a yarn too, with other verbs.
  {
    language: 'nodejs',
    names: ['yarn'],
    fits: ([verb = '']) => /^(start|serve|run|dev|build|install|exec|dlx|workspaces?)(:|$)/.test(verb),
  },
  { language: 'nodejs', names: ['nodemon'], fits: (rest) => !rest.some((word) => /^(-x|--exec)\b/.test(word)) },
];

const nodeOptionsWithValue = ['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions'];

/** The first word that is neither an option of node nor the value of one. */
function scriptOfNode(rest: readonly string[]): string | undefined {
  return rest.find((word, index) => !word.startsWith('-') && !nodeOptionsWithValue.includes(rest[index - 1] ?? ''));
}

/** `server.js`, `/app/index.mjs`, `.`, or a path below the working directory without an ending (`dist/main`). */
function isNodeScript(word: string | undefined): boolean {
  if (word === undefined) return false;
  const path = word.replace(/^\.\//, '');
  return (
    word === '.' || /\.[cm]?[jt]sx?$/.test(word) || (/^[^./]/.test(path) && word.includes('/') && !path.includes('.'))
  );
}

/** Written in one language, run programs of any: a command that names one says nothing. */
export const processManagers: readonly string[] = [
  'supervisord',
  'supervisor',
  'circusd',
  'pm2',
  'pm2-runtime',
  'honcho',
  'foreman',
];

/** Run the command that follows them, and their options that have a value. */
export const inits: ReadonlyMap<string, readonly string[]> = new Map([
  ['tini', ['-p', '-e']],
  ['tini-static', ['-p', '-e']],
  ['dumb-init', ['-r', '--rewrite']],
  ['catatonit', []],
  ['env', ['-u', '--unset', '-C', '--chdir']],
  ['vault-env', []],
  ['thrust', []],
  // The entrypoints of official images: they prepare something, then run their arguments.
  ['docker-entrypoint.sh', []],
  ['docker-php-entrypoint', []],
]);

/** The same, behind a verb. */
export const launchers: ReadonlyMap<string, string> = new Map([
  ['uv', 'run'],
  ['poetry', 'run'],
  ['pipenv', 'run'],
  ['pdm', 'run'],
]);

export const shells: readonly string[] = ['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh', 'busybox'];

/** What a shell script does before it starts its program; none of them is one, or lasts. */
export const preparations: readonly string[] = [
  '.',
  'source',
  ':',
  'true',
  'cd',
  'set',
  'export',
  'unset',
  'umask',
  'ulimit',
  'echo',
  'printf',
  'sleep',
  'mkdir',
  'rm',
  'cp',
  'mv',
  'ln',
  'chmod',
  'chown',
];
