import * as fc from 'fast-check';
import { Document, isCollection, isScalar, Scalar, visit } from 'yaml';

const word = fc.constantFrom(
  'a',
  'yes',
  '0755',
  'e2',
  '~',
  '12:30',
  "it's",
  'two\nlines\n',
  'keep\n\n\n',
  ' # no comment',
  '',
);
const envEntry = fc.oneof(
  fc.record({ name: fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), value: word }),
  fc.record({ value: word, name: fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/) }),
  fc.constant({ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }),
);
const env = fc.oneof(fc.array(envEntry, { maxLength: 3 }), fc.constant(null));

const container = fc.record(
  {
    env,
    name: fc.constantFrom('app', 'web', 'istio-proxy'),
    image: word,
    args: fc.array(word, { maxLength: 2 }),
    tty: fc.constant(null),
    resources: fc.constantFrom({}, { limits: { memory: '1Gi' } }, null),
  },
  { requiredKeys: ['name'] },
);

const annotations = fc.oneof(fc.dictionary(fc.constantFrom('a/b', 'c'), word), fc.constant(null));
const metadata = fc.oneof(
  fc.record({ labels: fc.constant({ app: 'a' }), annotations, name: fc.constant('x') }, { requiredKeys: [] }),
  fc.constant(null),
);
const spec = fc.record(
  {
    initContainers: fc.array(container, { maxLength: 1 }),
    containers: fc.uniqueArray(container, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    restartPolicy: fc.constantFrom('Always', 'Never'),
  },
  { requiredKeys: ['containers'] },
);
const template = fc.record({ metadata, spec }, { requiredKeys: ['spec'] });
const workload = template.chain((pod) =>
  fc.constantFrom<object>(
    { apiVersion: 'v1', kind: 'Pod', ...pod },
    { spec: pod.spec, metadata: pod.metadata, kind: 'Pod', apiVersion: 'v1' },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 1, template: pod } },
    { apiVersion: 'batch/v1', kind: 'CronJob', spec: { jobTemplate: { spec: { template: pod } } } },
    { apiVersion: 'v1', kind: 'List', items: [{ ...pod, kind: 'Pod', apiVersion: 'v1' }] },
  ),
);

const scalarTypes = [
  Scalar.PLAIN,
  Scalar.QUOTE_DOUBLE,
  Scalar.QUOTE_SINGLE,
  Scalar.BLOCK_LITERAL,
  Scalar.BLOCK_FOLDED,
] as const;

/** A document of the same value in some layout; each node's is drawn from the numbers. */
function inStyle(
  value: object,
  numbers: readonly number[],
  layout: { indent: number; indentSeq: boolean; nullStr: string },
): string {
  const document = new Document(structuredClone(value), { version: '1.1' });
  let drawn = 0;
  const draw = (sides: number): number => (numbers[drawn++ % numbers.length] ?? 0) % sides;
  visit(document, {
    Node: (_, node) => {
      if (isCollection(node)) node.flow = draw(5) === 0;
      else if (isScalar(node) && typeof node.value === 'string') node.type = scalarTypes[draw(5)] ?? Scalar.PLAIN;
      if (draw(7) === 0) node.spaceBefore = true;
      if (draw(7) === 0) node.commentBefore = ' before';
      if (draw(9) === 0 && isScalar(node)) node.comment = ' behind';
    },
  });
  return document.toString({ ...layout, lineWidth: draw(2) === 0 ? 0 : 30, flowCollectionPadding: draw(2) === 0 });
}

const yamlText = fc
  .tuple(
    workload,
    fc.array(fc.nat(1000), { minLength: 7, maxLength: 60 }),
    fc.record({
      indent: fc.integer({ min: 2, max: 4 }),
      indentSeq: fc.boolean(),
      nullStr: fc.constantFrom('', '~', 'null', 'NULL'),
    }),
  )
  .map(([value, numbers, layout]) => inStyle(value, numbers, layout));

const jsonText = fc
  .tuple(workload, fc.constantFrom(undefined, 1, 2, 4, '\t'))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

/** Manifests of one or two workloads in random layouts. */
export const manifestText = fc
  .tuple(
    fc.array(fc.oneof(yamlText, jsonText), { minLength: 1, maxLength: 2 }),
    fc.boolean(),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([texts, isCrLf, isCut, hasMark]) => {
    const joined = texts.join('\n---\n');
    const cut = isCut ? joined.trimEnd() : joined;
    return (hasMark ? '\uFEFF' : '') + (isCrLf ? cut.replaceAll('\n', '\r\n') : cut);
  });
