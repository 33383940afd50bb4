import { namespaces } from '../../src/kube/resources.ts';
import { Watch } from '../../src/kube/watch.ts';
import type { WatchTiming } from '../../src/kube/watch-spec.ts';
import { hurried, type Setup, setUp, until } from './setup.ts';

export const path = '/api/v1/namespaces';
export const lists = /^GET \/api\/v1\/namespaces\?(?!.*watch=true)/;
export const watches = /watch=true/;

/** A watch of namespaces `one` and `two`, of which it remembers the label `v`. Not started yet. */
export async function watched() {
  const setup = await setUp();
  for (const name of ['one', 'two']) setup.fake.store.put(path, { metadata: { name } });
  return new Watched(setup);
}

export class Watched {
  readonly setup: Setup;
  watch: Watch<string>;

  constructor(setup: Setup) {
    this.setup = setup;
    this.watch = this.#newWatch();
  }

  /** For another watch than the usual one; before it is started. */
  retime(timing: Partial<WatchTiming>): void {
    this.watch = this.#newWatch(timing);
  }

  async started(): Promise<void> {
    this.watch.start();
    await this.watching();
  }

  watching(): Promise<void> {
    return until('a watch is open', () => this.setup.fake.openWatches === 1);
  }

  put(name: string, v = ''): void {
    this.setup.fake.store.put(path, { metadata: { name, labels: { v } } });
  }

  delete(name: string): void {
    this.setup.fake.store.delete(path, name);
  }

  knows(name: string): boolean {
    return this.watch.objects.get(name) !== undefined;
  }

  async end(): Promise<void> {
    await this.watch.stop();
    await this.setup.tearDown();
  }

  #newWatch(timing: Partial<WatchTiming> = {}): Watch<string> {
    const { client, failures } = this.setup;
    const keep = ({ metadata }: { metadata: { labels?: Readonly<Record<string, string>> } }) =>
      metadata.labels?.['v'] ?? '';
    return new Watch(client, failures, { resource: namespaces, keep }, { ...hurried, ...timing });
  }
}
