import { once } from 'node:events';
import { connect } from 'node:tls';

/** What a caller is shown in a handshake. */
export interface ServedCertificate {
  readonly fingerprint: string;
  /** The name of the CA that signed it. */
  readonly authority: string;
}

/** The certificate that is served at an address right now. What it is worth is for the API server to say. */
export async function servedAt(host: string, port: number): Promise<ServedCertificate> {
  const socket = connect({ host, port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(10_000) });
    const { fingerprint256, issuer } = socket.getPeerCertificate();
    return { fingerprint: fingerprint256, authority: String(issuer.CN) };
  } finally {
    socket.destroy();
  }
}
