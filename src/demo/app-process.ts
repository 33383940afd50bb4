import { subscribe } from 'node:diagnostics_channel';
import { diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { type Counts, spansPerSecond } from './scenario.ts';

// A process of its own: an app as the demo starts it, with the SDK set up by its OTEL_* variables and by nothing else. It
// produces numbered spans from `start` to `stop`, tells what it has counted, and ends when its SDK has flushed.

let produced = 0;
let refused = 0;
let dropped = 0;

// Where Node.js itself reports a request that failed; the SDK's own words for it may change.
subscribe('http.client.request.error', () => refused++);
const listen = (message: string) => {
  dropped += Number(/^Dropped (\d+) spans because maxQueueSize reached/.exec(message)?.[1] ?? 0);
};
const ignore = () => {};
diag.setLogger({ error: ignore, warn: listen, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);

const sdk = new NodeSDK();
sdk.start();
const tracer = trace.getTracer('nodelocal-otlp demo');

let start = 0;
let timer: NodeJS.Timeout | undefined;

/** As many spans as are due by now: a timer that comes late makes no span less. */
function produce(): void {
  const due = ((performance.now() - start) / 1000) * spansPerSecond;
  while (produced < due) tracer.startSpan('GET /orders', { attributes: { seq: produced++ } }).end();
  tell();
}

function tell(done = ignore): void {
  const counts: Counts = { produced, refused, dropped };
  process.send?.(counts, done);
}

async function stop(): Promise<void> {
  clearInterval(timer);
  await sdk.shutdown().catch(ignore); // What it could not deliver is missing in the count.
  tell(() => process.exit());
}

process.on('message', (message) => {
  if (message !== 'start') return void stop();
  start = performance.now();
  timer = setInterval(produce, 50);
});
process.once('disconnect', () => process.exit());
process.on('SIGINT', ignore); // A terminal sends it to all; whoever started this one ends it.
tell();
