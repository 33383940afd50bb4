import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a build tool at low priority, so that what is measured beside it is not disturbed; its output is returned.
 * Throws with one plain line when the tool is not there or fails.
 */
export async function tool(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    const { stdout } = await run('nice', ['-n', '10', command, ...args], { ...options, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    throw new Error(plainLine(command, error as Failure), { cause: error });
  }
}

type Failure = Error & { stderr?: string; code?: string | number };

function plainLine(command: string, { stderr = '', message, code }: Failure): string {
  // 127: nice itself says so when it finds no such program.
  if (code === 127) return `there is no ${command} here`;
  const lines = (stderr.trim() || message).split('\n');
  // Most end with what went wrong; npm begins with it.
  const line = lines.find((each) => each.startsWith('npm error')) ?? lines.at(-1);
  return `${command} failed: ${line?.trim()}`;
}
