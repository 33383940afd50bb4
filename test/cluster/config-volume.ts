import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

let written = 0;

/**
 * Brings the data of a ConfigMap into a folder as the kubelet does: files in a folder of their own, which the symlink
 * `..data` names, and which is switched at once (kubernetes pkg/volume/util/atomic_writer.go).
 */
export async function writeVolume(folder: string, data: Readonly<Record<string, string>>): Promise<void> {
  written += 1;
  const version = `..${process.pid}-${written}`;
  await mkdir(path.join(folder, version), { recursive: true });
  for (const [name, text] of Object.entries(data)) {
    await writeFile(path.join(folder, version, name), text);
    await rm(path.join(folder, name), { force: true });
    await symlink(path.join('..data', name), path.join(folder, name));
  }
  await symlink(version, path.join(folder, '..data_tmp'));
  await rename(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
}
