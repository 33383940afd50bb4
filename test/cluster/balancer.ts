import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** A server behind the balancer, by its local ports. */
export interface Target {
  readonly port: number;
  readonly metricsPort: number;
}

interface Known extends Target {
  ready: boolean;
  terminating: boolean;
  failures: number;
}

/** The Deployment's probes come every 2 s; here time runs eight times as fast. */
const probeMs = 250;
const failureThreshold = 3;

/** The ready state of a target says yes to new connections; a probe that is not answered in time is a failed one. */
const isReady = (port: number) =>
  fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1000) }).then(
    ({ status }) => status === 200,
    () => false,
  );

/**
 * What the kubelet and kube-proxy do together, on one port: new connections go to the ready targets in turn, and are
 * refused where there is none; connections once made stay where they are, also when their target gets unready. A
 * target is ready after one good probe, and not ready after three bad ones or once it is being terminated.
 */
export class Balancer {
  readonly #address: string;
  readonly #targets: Known[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #stop = new AbortController();
  #server: Server | undefined;
  #port = 0;
  #next = 0;

  /** @param address where it listens: one that may stand in an EndpointSlice */
  static async start(address: string): Promise<Balancer> {
    const balancer = new Balancer(address);
    await balancer.#listen();
    balancer.#server?.close();
    balancer.#server = undefined;
    return balancer;
  }

  private constructor(address: string) {
    this.#address = address;
  }

  /** Stays the same for its whole life. */
  get port(): number {
    return this.#port;
  }

  /** How many targets get new connections now. */
  get ready(): number {
    return this.#open().length;
  }

  add(target: Target): void {
    const known: Known = { ...target, ready: false, terminating: false, failures: 0 };
    this.#targets.push(known);
    void this.#probe(known);
  }

  /** As when the pod's deletion is asked for: whatever its probes say, it gets no new connection. */
  terminate({ port }: Target): void {
    for (const target of this.#targets) if (target.port === port) target.terminating = true;
    this.#follow();
  }

  close(): void {
    this.#stop.abort();
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #open(): Known[] {
    return this.#targets.filter(({ ready, terminating }) => ready && !terminating);
  }

  async #probe(target: Known): Promise<void> {
    while (!this.#stop.signal.aborted && !target.terminating) {
      const ok = await isReady(target.metricsPort);
      target.failures = ok ? 0 : target.failures + 1;
      if (ok || target.failures >= failureThreshold) target.ready = ok;
      this.#follow();
      await new Promise((resolve) => setTimeout(resolve, probeMs));
    }
  }

  /** Listens while somebody is there to connect to: else the kernel refuses, as kube-proxy has it do. */
  #follow(): void {
    const wanted = this.ready > 0 && !this.#stop.signal.aborted;
    if (wanted && this.#server === undefined) {
      this.#listen().catch((error: unknown) => process.stderr.write(`the balancer cannot listen: ${String(error)}\n`));
    } else if (!wanted) {
      this.#server?.close();
      this.#server = undefined;
    }
  }

  async #listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#connect(socket));
    this.#server = server;
    server.listen(this.#port, this.#address);
    await once(server, 'listening');
    this.#port ||= (server.address() as { port: number }).port;
  }

  #connect(socket: Socket): void {
    const open = this.#open();
    const target = open[this.#next++ % open.length];
    if (target === undefined) return void socket.resetAndDestroy();
    const other = connect({ port: target.port, host: '127.0.0.1', noDelay: true });
    for (const [from, to] of [
      [socket, other],
      [other, socket],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.resetAndDestroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroySoon();
      });
      from.pipe(to);
    }
  }
}
