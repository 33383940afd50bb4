import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { NameServer } from './name-server.ts';
import { run } from './run.ts';

/** Why there is no lab here, in a few words; undefined in one. */
export const labMissing: string | undefined =
  process.env['LAB'] === 'ready'
    ? undefined
    : process.env['LAB_MISSING'] || 'it only exists in what scripts/in-lab.sh runs';

/** Where processes run: a pod, or the node itself, as pods on the host network do. */
export interface Place {
  readonly ip: string;
  /** The name of its node. */
  readonly node: string;
  /** Starts a process there, which is killed when this one ends. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
}

const throughParent = ['--pdeathsig', 'KILL'];

/**
 * The network of a cluster: pods with a network namespace each, that reach one another through the namespace this process
 * runs in, which is their node. So netfilter rules here see what those of kube-proxy see. One at a time in a lab.
 */
export class Network implements Place {
  /** As scripts/in-lab.sh has it. */
  readonly ip = '10.77.0.1';
  readonly node = 'node-1';
  readonly #pods: PodNetwork[] = [];
  readonly #names = new NameServer(this.ip);
  #created = 0;

  /** What an earlier one in this lab may have left goes first. @throws where there is no lab, and while there is another */
  static async start(): Promise<Network> {
    if (labMissing !== undefined) throw new Error(`there is no network lab: ${labMissing}`);
    const network = new Network();
    // Its address can be had once only, so that nothing is taken from a network that is in use.
    await network.#names.listening;
    const links = JSON.parse(await run('ip', ['-json', 'link', 'show', 'type', 'veth'])) as { ifname: string }[];
    const left = links.filter(({ ifname }) => ifname.startsWith('pod'));
    await run('ip', ['-batch', '-'], left.map(({ ifname }) => `link del ${ifname}\n`).join(''));
    await run(
      'nft',
      ['-f', '-'],
      `flush ruleset
       table ip pods {
         set cut { type ifname; }
         chain prerouting { type filter hook prerouting priority raw; iifname @cut drop; }
       }`,
    );
    return network;
  }

  /** @param node another than the default makes it a pod of another node, to which only the Service pays attention */
  async addPod(name: string, node: string = this.node): Promise<PodNetwork> {
    const number = ++this.#created;
    if (number > 0xfffe) throw new Error('no address is left for a pod');
    const fd = await newNetworkNamespace();
    const pod = new PodNetwork(name, node, `10.77.${1 + (number >> 8)}.${number & 255}`, `pod${number}`, fd);
    this.#pods.push(pod);
    await pod.connect(this.ip);
    return pod;
  }

  spawn(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn('setpriv', [...throughParent, command, ...args], options);
  }

  /** The processes in it are theirs to end who started them. */
  async dispose(): Promise<void> {
    this.#names.close();
    await Promise.all(this.#pods.map((pod) => pod.dispose()));
  }
}

export class PodNetwork implements Place {
  readonly name: string;
  readonly node: string;
  readonly ip: string;
  readonly #link: string;
  #fd: number | undefined;

  constructor(name: string, node: string, ip: string, link: string, fd: number) {
    this.name = name;
    this.node = node;
    this.ip = ip;
    this.#link = link;
    this.#fd = fd;
  }

  /** For `nsenter --net` and `ip`. The namespace lives as long as this process has it open. */
  get #path(): string {
    if (this.#fd === undefined) throw new Error(`the network of ${this.name} is gone`);
    return `/proc/${process.pid}/fd/${this.#fd}`;
  }

  async connect(nodeIp: string): Promise<void> {
    const outside = `link add ${this.#link} type veth peer name eth0 netns ${this.#path}
      link set ${this.#link} up
      route add ${this.ip}/32 dev ${this.#link} src ${nodeIp}\n`;
    const inside = `link set lo up
      link set eth0 up
      addr add ${this.ip}/32 dev eth0
      route add ${nodeIp}/32 dev eth0
      route add default via ${nodeIp}\n`;
    await run('ip', ['-batch', '-'], outside);
    await this.#inside('ip', ['-batch', '-'], inside);
  }

  spawn(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const entered = [...throughParent, 'nsenter', `--net=${this.#path}`, command, ...args];
    return spawn('setpriv', entered, options);
  }

  /**
   * From here on all packets from and to the pod are lost, of connections too. Those to it are lost inside: on a real node
   * they leave as well, and a connection that was begun stays on this pod.
   */
  async cut(): Promise<void> {
    const rules = `table ip cut {
      chain prerouting { type filter hook prerouting priority raw; iifname eth0 drop; }
    }`;
    await this.#inside('nft', ['-f', '-'], rules);
    await run('nft', [`add element ip pods cut { ${this.#link} }`]);
  }

  async heal(): Promise<void> {
    await run('nft', [`delete element ip pods cut { ${this.#link} }`]);
    await this.#inside('nft', ['delete table ip cut']);
  }

  async dispose(): Promise<void> {
    if (this.#fd === undefined) return;
    await run('ip', ['link', 'del', this.#link]);
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  #inside(command: string, args: readonly string[], input?: string): Promise<string> {
    return run('nsenter', [`--net=${this.#path}`, command, ...args], input);
  }
}

/** Opens a new namespace; the process that made it does not stay. */
async function newNetworkNamespace(): Promise<number> {
  const maker = spawn('unshare', ['--net', 'sh', '-c', 'echo made; read -r _'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await Promise.race([once(maker.stdout, 'data'), once(maker, 'exit')]);
  const fd = openSync(`/proc/${maker.pid}/ns/net`, 'r');
  maker.stdin.end();
  return fd;
}
