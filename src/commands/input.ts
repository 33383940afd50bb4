import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { NodelocalError } from '../errors.ts';
import type { Source } from '../manifest/stream.ts';
import type { Io } from './io.ts';

/** Gives a command `-f`, which may stand there several times. */
export function addInputOption(
  command: Command,
  description = 'a file or a folder with manifests, or - for stdin; may be repeated',
): void {
  const collect = (file: string, before: string[] = []): string[] => [...before, file];
  command.option('-f, --filename <file>', description, collect);
}

/**
 * The texts that `-f` names, in the order given; of a folder all *.yaml, *.yml and *.json files below it, sorted.
 *
 * @throws NodelocalError for nothing to read, for what cannot be read, and for text that is not UTF-8
 */
export async function readSources(options: Readonly<Record<string, unknown>>, io: Io): Promise<Source[]> {
  const named = (options['filename'] ?? []) as string[];
  if (named.length === 0) throw new NodelocalError('bad-usage', 'nothing to read: give -f FILE, -f FOLDER or -f -');
  if (named.filter((name) => name === '-').length > 1) {
    throw new NodelocalError('bad-usage', 'stdin (-f -) can be read only once');
  }
  const sources: Source[] = [];
  for (const name of named) {
    if (name === '-') sources.push({ name: 'stdin', text: decode('stdin', await readAll(io.stdin)) });
    else for (const file of await filesAt(name, io.cwd)) sources.push(await readSource(file, io.cwd));
  }
  return sources;
}

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name);

async function filesAt(name: string, cwd: string): Promise<string[]> {
  const isFolder = (await attempt(name, () => stat(path.resolve(cwd, name)))).isDirectory();
  if (!isFolder) return [name];
  const files = await filesBelow(name, cwd);
  if (files.length === 0) throw new NodelocalError('file-unreadable', `no *.yaml, *.yml or *.json files in ${name}`);
  return files;
}

async function filesBelow(folder: string, cwd: string): Promise<string[]> {
  const entries = await attempt(folder, () => readdir(path.resolve(cwd, folder), { withFileTypes: true }));
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(name, cwd)));
    else if (isManifest(entry.name)) found.push(name);
  }
  return found;
}

async function readSource(file: string, cwd: string): Promise<Source> {
  return { name: file, text: decode(file, await attempt(file, () => readFile(path.resolve(cwd, file)))) };
}

async function attempt<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NodelocalError('file-unreadable', `cannot read ${name}: ${reason}`, { cause });
  }
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** Anything but UTF-8 could not be written back as it was. */
function decode(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const isUtf16 = bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0));
    const got = isUtf16 ? 'UTF-16' : 'text in another encoding';
    throw new NodelocalError('input-malformed', `${name}: got ${got}, expected UTF-8`, { cause });
  }
}
