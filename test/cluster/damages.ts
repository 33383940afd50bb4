import { makeAuthority, dayMs } from '../certs/pairs.ts';
import { caBundleOf, deleteAuthoritySecret, editAuthoritySecret, setCaBundle } from './authority-objects.ts';
import type { ControlPlane } from './control-plane.ts';

export interface Damage {
  readonly what: string;
  readonly inflict: (plane: ControlPlane) => Promise<void>;
  /** Callers trust nobody until it is repaired, so that some pods are missed. */
  readonly missesSome?: true;
  /** A part of what the log gives as the reason of the repair. */
  readonly logged: string;
}

const garbage = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n';
const stranger = makeAuthority({ now: new Date(), commonName: 'a CA of somebody else' });
const ended = makeAuthority({ now: new Date(Date.now() - 2 * dayMs), validForMs: dayMs });

/** What people and other programs do to the CA Secret and to the caBundle. */
export const damages: readonly Damage[] = [
  { what: 'Secret deleted', inflict: deleteAuthoritySecret, logged: 'there is no Secret' },
  {
    what: 'certificate of the CA is garbage',
    inflict: (plane) => editAuthoritySecret(plane, { 'current.crt': garbage }),
    logged: 'of current.crt',
  },
  {
    what: 'all data of the Secret is taken away',
    inflict: (plane) => editAuthoritySecret(plane, { 'current.crt': '', 'current.key': '', 'previous.crt': '' }),
    logged: 'current.crt is missing',
  },
  {
    what: 'key of the CA is of another one',
    inflict: (plane) => editAuthoritySecret(plane, { 'current.key': stranger.privateKeyPem }),
    logged: 'the key is not its own',
  },
  {
    what: 'CA has ended',
    inflict: (plane) =>
      editAuthoritySecret(plane, { 'current.crt': ended.certificatePem, 'current.key': ended.privateKeyPem }),
    logged: 'it ends at',
  },
  {
    what: 'CA of somebody else in the place of ours',
    inflict: (plane) =>
      editAuthoritySecret(plane, { 'current.crt': stranger.certificatePem, 'current.key': stranger.privateKeyPem }),
    logged: 'it has lost',
  },
  {
    what: 'caBundle with another CA appended',
    inflict: async (plane) => setCaBundle(plane, (await caBundleOf(plane)) + makeAuthority().certificatePem),
    logged: 'its caBundle holds more',
  },
  {
    what: 'caBundle emptied',
    inflict: (plane) => setCaBundle(plane, ''),
    missesSome: true,
    logged: 'its caBundle is empty',
  },
  {
    what: 'caBundle is garbage',
    inflict: (plane) => setCaBundle(plane, garbage),
    missesSome: true,
    logged: 'its caBundle lacks',
  },
  {
    what: 'caBundle with the CA of somebody else only',
    inflict: (plane) => setCaBundle(plane, stranger.certificatePem),
    missesSome: true,
    logged: 'its caBundle lacks',
  },
];
