import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type LoadedSettings, loadSettings } from '../config/load.ts';
import { flagName } from '../config/names.ts';
import { settingRows } from '../config/settings.ts';
import { NodelocalError } from '../errors.ts';
import type { Io } from './io.ts';

/** Gives a command a flag for each setting, and `--config FILE`. */
export function addSettingsOptions(command: Command): void {
  command.option('--config <file>', 'a YAML file with settings');
  for (const row of settingRows) {
    command.option(
      `--${flagName(row)} <${row.type.placeholder}>`,
      `${row.description} Default: ${shown(row.default)}.`,
    );
  }
}

/**
 * The settings for a command, from its flags, the environment and the file that `--config` names. Warnings are
 * printed.
 *
 * @throws NodelocalError file-unreadable; ConfigError with all problems at once
 */
export async function readSettings(options: Readonly<Record<string, unknown>>, io: Io): Promise<LoadedSettings> {
  const loaded = await rereadSettings(options, io);
  for (const warning of loaded.warnings) io.stderr.write(`warning: ${warning}\n`);
  return loaded;
}

/** The same without printing anything, for looking again and again. */
export async function rereadSettings(
  options: Readonly<Record<string, unknown>>,
  io: Pick<Io, 'env' | 'cwd'>,
): Promise<LoadedSettings> {
  const file = typeof options['config'] === 'string' ? await readConfigFile(options['config'], io.cwd) : undefined;
  return loadSettings({ flags: options, env: io.env, ...(file !== undefined && { file }) });
}

async function readConfigFile(file: string, cwd: string): Promise<{ path: string; text: string }> {
  try {
    return { path: file, text: await readFile(path.resolve(cwd, file), 'utf8') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NodelocalError('file-unreadable', `cannot read the settings in ${file}: ${reason}`, { cause });
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  return value === '' ? 'none' : String(value);
}
