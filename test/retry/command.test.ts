import { describe, expect, test } from 'vitest';
import { brief, find, type Given } from './finding.ts';

const cases: { name: string; given: Given; want: string }[] = [
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
];

describe('detectLanguage by the command', () => {
  test.each(cases)('$name: $want', ({ given, want }) => {
    expect(brief(find(given))).toBe(want);
  });
});
