"""Numbered spans, log records and metric points through the SDK that the distro configures from OTEL_*.

What it reads and prints: ../README.md.
"""

import itertools
import json
import logging
import os
import signal
import threading
import time

RATE = float(os.environ.get("LAB_RATE", "20"))
SIGNALS = os.environ.get("LAB_SIGNALS", "traces,metrics,logs").split(",")
SECONDS = os.environ.get("LAB_SECONDS")
for name in ("traces", "metrics", "logs"):
    os.environ[f"OTEL_{name.upper()}_EXPORTER"] = "otlp" if name in SIGNALS else "none"

# Retries are warnings.
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

from opentelemetry import metrics, trace  # noqa: E402
from opentelemetry._logs import LogRecord, SeverityNumber, get_logger_provider  # noqa: E402
from opentelemetry.distro import OpenTelemetryConfigurator, OpenTelemetryDistro  # noqa: E402

# The two steps of opentelemetry-instrument, without its search for libraries to instrument.
OpenTelemetryDistro().configure()
OpenTelemetryConfigurator().configure()
# The SDK tells only the first of equal messages within 20 s, but each retry counts here.
for logger in list(logging.root.manager.loggerDict.values()):
    if isinstance(logger, logging.Logger):
        logger.filters.clear()

produced = {"traces": 0, "metrics": 0, "logs": 0, "count": 0}
points = itertools.count()
tracer = trace.get_tracer("lab")
records = get_logger_provider().get_logger("lab")
meter = metrics.get_meter("lab")
counter = meter.create_counter("lab.count")


def next_point(_options):
    number = next(points)
    produced["metrics"] = number + 1
    return [metrics.Observation(number)]


if "metrics" in SIGNALS:
    meter.create_observable_gauge("lab.sequence", callbacks=[next_point])


def produce_one():
    if "traces" in SIGNALS:
        tracer.start_span("lab", attributes={"seq": produced["traces"]}).end()
        produced["traces"] += 1
        counter.add(1)
        produced["count"] += 1
    if "logs" in SIGNALS:
        record = LogRecord(
            timestamp=time.time_ns(),
            severity_number=SeverityNumber.INFO,
            body="lab",
            attributes={"seq": produced["logs"]},
        )
        records.emit(record)
        produced["logs"] += 1


def tell(event, **more):
    print(json.dumps({"event": event, **more}, separators=(",", ":")), flush=True)


stopping = threading.Event()


def await_stop():
    # Not sys.stdin: its lock would still be held when the interpreter ends.
    text = b""
    while data := os.read(0, 4096):
        text += data
        if b"stop\n" in text:
            stopping.set()


signal.signal(signal.SIGTERM, lambda *_: stopping.set())
threading.Thread(target=await_stop, daemon=True).start()

tell("started")
start = time.monotonic()
items = 0
told = 0
while not stopping.wait(max(0.05, 1 / RATE)):
    elapsed = time.monotonic() - start
    if SECONDS is not None and elapsed >= float(SECONDS):
        break
    # By the clock, not by ticks: a late tick makes up for what it missed.
    while items < elapsed * RATE:
        produce_one()
        items += 1
    if elapsed >= told + 1:
        told = int(elapsed)
        tell("progress", **produced)

start = time.monotonic()
for provider in (trace.get_tracer_provider(), get_logger_provider(), metrics.get_meter_provider()):
    provider.force_flush()
    provider.shutdown()
tell("produced", **produced, flushMs=round((time.monotonic() - start) * 1000))
