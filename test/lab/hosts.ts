import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { labMissing } from './network.ts';

const file = '/etc/hosts';

/** Gives a name an address, for all pods of the lab. */
export function addName(name: string, ip: string): void {
  removeName(name);
  appendFileSync(file, `${ip} ${name}\n`);
}

/** Makes the name unknown. A comment sign over the first digit, so that nobody ever reads half a file. */
export function removeName(name: string): void {
  if (labMissing !== undefined) throw new Error(`this would change ${file} of the machine: ${labMissing}`);
  const fd = openSync(file, 'r+');
  let position = 0;
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    if (/^\d/.test(line) && line.split(' ').includes(name)) writeSync(fd, '#', position);
    position += line.length + 1;
  }
  closeSync(fd);
}
