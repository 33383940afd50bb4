// Numbered spans, log records and metric points through NodeSDK, which configures itself from OTEL_*.
// What it reads and prints: ../README.md.
import { Console } from 'node:console';
import { createInterface } from 'node:readline';
import * as api from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const { LAB_RATE = '20', LAB_SIGNALS = 'traces,metrics,logs', LAB_SECONDS, OTEL_LOG_LEVEL } = process.env;
const rate = Number(LAB_RATE);
const signals = LAB_SIGNALS.split(',');
for (const signal of ['traces', 'metrics', 'logs'])
  process.env[`OTEL_${signal.toUpperCase()}_EXPORTER`] = signals.includes(signal) ? 'otlp' : 'none';

// Retries are told at the lowest level, verbose; debug is left out, since it prints every batch whole.
const stderr = new Console(process.stderr);
const say =
  (level) =>
  (...words) =>
    stderr.error(new Date().toISOString(), level, ...words);
const retry = (text) => text.includes('after 0 retry') || say('verbose')(text);
const diagnostics = { error: say('error'), warn: say('warn'), info: say('info'), debug() {}, verbose: retry };
// With OTEL_LOG_LEVEL the SDK sets a logger of its own, and a second one only brings a warning.
if (OTEL_LOG_LEVEL === undefined) api.diag.setLogger(diagnostics, api.DiagLogLevel.ALL);

const sdk = new NodeSDK();
sdk.start();
// The logs API was a package of its own before API 1.10.
const { logs } = 'logs' in api ? api : await import('@opentelemetry/api-logs');

const produced = { traces: 0, metrics: 0, logs: 0, count: 0 };
const tracer = api.trace.getTracer('lab');
const logger = logs.getLogger('lab');
const meter = api.metrics.getMeter('lab');
const whole = { valueType: api.ValueType.INT };
const counter = meter.createCounter('lab.count', whole);
if (signals.includes('metrics'))
  meter.createObservableGauge('lab.sequence', whole).addCallback((result) => result.observe(produced.metrics++));

function produceOne() {
  if (signals.includes('traces')) {
    tracer.startSpan('lab', { attributes: { seq: produced.traces++ } }).end();
    counter.add(1);
    produced.count++;
  }
  if (signals.includes('logs')) logger.emit({ severityNumber: 9, body: 'lab', attributes: { seq: produced.logs++ } });
}

const print = (event, more) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
let items = 0;
print('started');
const start = performance.now();
const production = setInterval(
  () => {
    // By the clock, not by ticks: a late tick makes up for what it missed.
    for (const due = ((performance.now() - start) / 1000) * rate; items < due; items++) produceOne();
  },
  Math.max(50, 1000 / rate),
);
const progress = setInterval(() => print('progress', produced), 1000);

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  clearInterval(production);
  clearInterval(progress);
  const from = performance.now();
  // One by one and not with sdk.shutdown(), which is over as soon as one signal fails.
  await Promise.all(
    [api.trace.getTracerProvider(), logs.getLoggerProvider(), api.metrics.getMeterProvider()].map(flush),
  );
  print('produced', { ...produced, flushMs: Math.round(performance.now() - from) });
  process.exit(0);
}

async function flush(global) {
  const provider = global.getDelegate?.() ?? global._getDelegate?.() ?? global;
  for (const step of ['forceFlush', 'shutdown'])
    await provider[step]?.().catch((error) => stderr.error(new Date().toISOString(), 'error', step, error));
}

process.on('SIGTERM', stop);
createInterface({ input: process.stdin }).on('line', (line) => line === 'stop' && stop());
if (LAB_SECONDS !== undefined) setTimeout(stop, Number(LAB_SECONDS) * 1000);
