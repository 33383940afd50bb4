import type { CustomTypes } from './api-types.ts';

const metadata = 'V1ObjectMeta';
const top = { apiVersion: 'string', kind: 'string', metadata };

/**
 * The part of cert-manager's API that the component uses: https://cert-manager.io/docs/reference/api-docs/. Anything else
 * in a file is unknown, and has to be looked up and added here first.
 */
export const certManagerTypes: CustomTypes = {
  Issuer: { ...top, spec: 'IssuerSpec' },
  IssuerSpec: { 'selfSigned?': 'SelfSignedIssuer', 'ca?': 'CaIssuer' },
  SelfSignedIssuer: {},
  CaIssuer: { secretName: 'string' },
  Certificate: { ...top, spec: 'CertificateSpec' },
  CertificateSpec: {
    'isCA?': 'boolean',
    'commonName?': 'string',
    'dnsNames?': 'Array<string>',
    secretName: 'string',
    'duration?': 'string',
    'renewBefore?': 'string',
    'usages?': 'Array<string>',
    'privateKey?': 'CertificatePrivateKey',
    issuerRef: 'IssuerReference',
  },
  CertificatePrivateKey: { 'algorithm?': 'string', 'size?': 'int32', 'rotationPolicy?': 'string' },
  IssuerReference: { 'group?': 'string', 'kind?': 'string', name: 'string' },
};
