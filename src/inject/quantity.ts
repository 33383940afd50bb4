const multipliers: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * The number that a Kubernetes quantity stands for ("128Mi", "1e9", 0.5), undefined for anything else.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  const match =
    typeof quantity === 'string' && /^(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,3})|([mkMGTPE]|[KMGTPE]i)?)$/.exec(quantity);
  if (!match) return undefined;
  const [, digits = '', exponent, suffix = ''] = match;
  return Number(digits) * (exponent === undefined ? (multipliers[suffix] ?? 1) : 10 ** Number(exponent));
}
