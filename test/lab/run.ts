import { execFile } from 'node:child_process';

/** Runs a command to its end, with a text as its input. @returns what it prints @throws with what it says on stderr */
export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
    });
    // A command that ends before it has read all says why itself.
    child.stdin?.on('error', () => {}).end(input);
  });
}
