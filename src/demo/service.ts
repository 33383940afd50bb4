import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const host = '127.0.0.1';

/**
 * Stands for the node-local Service: one address that leads to whichever agent is ready.
 *
 * A new connection goes to the agent of that moment and an old one stays where it is, as with kube-proxy. Without an agent
 * nobody listens, so that connections are refused.
 */
export class LocalService {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly port: number;
  #agentPort = 0;

  /** On a port that is free at this moment, without an agent as yet. */
  static async open(): Promise<LocalService> {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const service = new LocalService(server, (server.address() as AddressInfo).port);
    service.disconnect();
    return service;
  }

  constructor(server: Server, port: number) {
    this.#server = server.on('connection', (client) => this.#forward(client));
    this.port = port;
  }

  /** From now on new connections go to the agent with that port. */
  async lead(agentPort: number): Promise<void> {
    this.#agentPort = agentPort;
    if (this.#server.listening) return;
    this.#server.listen(this.port, host);
    await once(this.#server, 'listening');
  }

  /** From now on connections are refused. Those that are open are the agent's to end. */
  disconnect(): void {
    // Node reports the end when the last connection is gone, but stops listening at once.
    if (this.#server.listening) this.#server.close();
  }

  close(): void {
    this.disconnect();
    for (const socket of this.#sockets) socket.destroy();
  }

  #forward(client: Socket): void {
    const agent = connect(this.#agentPort, host);
    for (const [from, to] of [
      [client, agent],
      [agent, client],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()).on('close', () => this.#sockets.delete(from));
    }
  }
}
