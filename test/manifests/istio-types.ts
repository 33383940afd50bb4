import type { CustomTypes } from './api-types.ts';

/** The part of Istio's API that the component uses: https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
export const istioTypes: CustomTypes = {
  DestinationRule: { apiVersion: 'string', kind: 'string', metadata: 'V1ObjectMeta', spec: 'DestinationRuleSpec' },
  DestinationRuleSpec: { host: 'string', 'trafficPolicy?': 'TrafficPolicy' },
  TrafficPolicy: { 'tls?': 'ClientTlsSettings' },
  ClientTlsSettings: { mode: 'string' },
};
