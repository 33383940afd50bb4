//! One app of the SDK matrix: numbers its spans, log records and metric points from 0 and prints what it produced as
//! JSON lines. It speaks HTTP or gRPC as OTEL_EXPORTER_OTLP_PROTOCOL says: the crate reads it when it builds an
//! exporter, within the protocols its features were compiled for. Many programs fix one by `with_http` or `with_tonic`,
//! and then no variable changes it. Endpoint, timeout, queues, delays and the metric interval come from OTEL_* as well.

use std::env;
use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::logs::{LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::metrics::{Counter, MeterProvider};
use opentelemetry::trace::{Span, Tracer, TracerProvider};
use opentelemetry_otlp::{ExporterBuildError, LogExporter, MetricExporter, SpanExporter};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    show_retries();
    // The gRPC channel needs a Tokio runtime while it is made and as long as it is used; the SDK's own threads need none.
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let _entered = runtime.enter();

    let stop = stop_requests(&runtime)?;
    let telemetry = Telemetry::start()?;
    let mut produced = Produced::default();
    println!(r#"{{"event":"started"}}"#);
    telemetry.produce(&mut produced, &stop);

    let flush = Instant::now();
    telemetry.shutdown();
    let flush_ms = flush.elapsed().as_millis();
    println!(
        r#"{{"event":"produced",{},"flushMs":{flush_ms}}}"#,
        telemetry.counts(&produced)
    );
    Ok(())
}

/// The crate tells of failed exports at warn and error, of each retry at debug; none of it is told for each item.
fn show_retries() {
    let levels = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("opentelemetry-otlp", LevelFilter::DEBUG);
    tracing_subscriber::registry()
        .with(fmt::layer().with_writer(io::stderr).with_ansi(false))
        .with(levels)
        .init();
}

/// Answers once for SIGTERM and once for each line `stop` on standard input.
fn stop_requests(runtime: &Runtime) -> io::Result<Receiver<()>> {
    let (sender, receiver): (Sender<()>, _) = mpsc::channel();
    let from_signal = sender.clone();
    let mut terminate = signal(SignalKind::terminate())?;
    runtime.spawn(async move {
        terminate.recv().await;
        let _ = from_signal.send(());
    });
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if line == "stop" {
                let _ = sender.send(());
            }
        }
        // The end of standard input is no request: the sender of the signal keeps the channel open.
    });
    Ok(receiver)
}

#[derive(Default)]
struct Produced {
    traces: u64,
    logs: u64,
    count: u64,
}

struct Telemetry {
    tracers: SdkTracerProvider,
    meters: SdkMeterProvider,
    loggers: SdkLoggerProvider,
    tracer: Option<SdkTracer>,
    logger: Option<SdkLogger>,
    count: Option<Counter<u64>>,
    collections: Arc<AtomicU64>,
}

impl Telemetry {
    fn start() -> Result<Self, ExporterBuildError> {
        let signals = env::var("LAB_SIGNALS").unwrap_or_else(|_| "traces,metrics,logs".into());
        let wanted = |signal: &str| signals.split(',').any(|one| one == signal);

        let tracers = SdkTracerProvider::builder()
            .with_batch_exporter(SpanExporter::builder().build()?)
            .build();
        let loggers = SdkLoggerProvider::builder()
            .with_batch_exporter(LogExporter::builder().build()?)
            .build();
        let meters = SdkMeterProvider::builder()
            .with_periodic_exporter(MetricExporter::builder().build()?)
            .build();

        let collections = Arc::new(AtomicU64::new(0));
        let count = wanted("metrics").then(|| {
            let meter = meters.meter("lab");
            let next = collections.clone();
            meter
                .u64_observable_gauge("lab.sequence")
                .with_callback(move |observer| {
                    observer.observe(next.fetch_add(1, Ordering::Relaxed), &[])
                })
                .build();
            meter.u64_counter("lab.count").build()
        });
        Ok(Self {
            tracer: wanted("traces").then(|| tracers.tracer("lab")),
            logger: wanted("logs").then(|| loggers.logger("lab")),
            tracers,
            meters,
            loggers,
            count,
            collections,
        })
    }

    /// One span and one log record LAB_RATE times a second until a stop is asked for or LAB_SECONDS have passed.
    fn produce(&self, produced: &mut Produced, stop: &Receiver<()>) {
        let rate: f64 = number("LAB_RATE").unwrap_or(20.0);
        let end = number("LAB_SECONDS").map(Duration::from_secs_f64);
        let start = Instant::now();
        let mut items = 0_u32;
        let mut seconds = 0;
        // The time of an item follows from its number, so that a late one does not shift those after it.
        loop {
            let due = Duration::from_secs_f64(f64::from(items) / rate);
            let wait = due.saturating_sub(start.elapsed());
            if stop.recv_timeout(wait).is_ok() || end.is_some_and(|end| start.elapsed() >= end) {
                return;
            }
            self.produce_one(produced);
            items += 1;
            if start.elapsed().as_secs() > seconds {
                seconds = start.elapsed().as_secs();
                println!(r#"{{"event":"progress",{}}}"#, self.counts(produced));
            }
        }
    }

    fn produce_one(&self, produced: &mut Produced) {
        if let Some(tracer) = &self.tracer {
            let mut span = tracer.start("lab");
            span.set_attribute(KeyValue::new("seq", produced.traces as i64));
            span.end();
            produced.traces += 1;
            if let Some(count) = &self.count {
                count.add(1, &[]);
            }
            produced.count += 1;
        }
        if let Some(logger) = &self.logger {
            let mut record = logger.create_log_record();
            record.set_severity_number(Severity::Info);
            record.set_body("lab".into());
            record.add_attribute("seq", produced.logs as i64);
            logger.emit(record);
            produced.logs += 1;
        }
    }

    /// All at once and each within the bound its SDK gives it: 5 s for a flush, 5 s for a shutdown.
    fn shutdown(&self) {
        thread::scope(|scope| {
            scope.spawn(|| {
                ended(
                    "traces",
                    self.tracers.force_flush(),
                    self.tracers.shutdown(),
                )
            });
            scope.spawn(|| ended("metrics", self.meters.force_flush(), self.meters.shutdown()));
            scope.spawn(|| ended("logs", self.loggers.force_flush(), self.loggers.shutdown()));
        });
    }

    fn counts(&self, produced: &Produced) -> String {
        format!(
            r#""traces":{},"metrics":{},"logs":{},"count":{}"#,
            produced.traces,
            self.collections.load(Ordering::Relaxed),
            produced.logs,
            produced.count
        )
    }
}

fn ended(signal: &str, flush: OTelSdkResult, shutdown: OTelSdkResult) {
    for (step, result) in [("flush", flush), ("shutdown", shutdown)] {
        if let Err(error) = result {
            eprintln!("{step} of {signal}: {error}");
        }
    }
}

fn number(name: &str) -> Option<f64> {
    env::var(name).ok()?.parse().ok()
}
