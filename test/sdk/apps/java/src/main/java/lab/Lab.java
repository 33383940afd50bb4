package lab;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import sun.misc.Signal;

/**
 * One app of the SDK matrix: numbers its spans, log records and metric points from 0 and prints what it produced as
 * JSON lines. Started with the argument "sdk" it configures the SDK itself by autoconfigure, with "agent" it uses what
 * the javaagent has put behind the API. All that OTEL_* can say is left to the SDK.
 */
public final class Lab {
  private static final AttributeKey<Long> SEQ = AttributeKey.longKey("seq");
  private static final double NANOS = 1e9;

  private final Optional<Tracer> tracer;
  private final Optional<Logger> logger;
  private final Optional<LongCounter> counter;
  private final AtomicLong collections = new AtomicLong();
  private long traces;
  private long logs;
  private long count;

  public static void main(String[] args) throws Exception {
    CountDownLatch stop = stopRequest();
    if (args[0].equals("agent")) {
      List<Thread> hooks = ShutdownHooks.registered();
      Lab lab = new Lab(GlobalOpenTelemetry.get());
      lab.produce(stop);
      // No API flushes or ends the agent's SDK: its own shutdown hook does, collecting the metrics once more.
      long start = System.nanoTime();
      ShutdownHooks.after(hooks, () -> lab.printProduced(start));
    } else {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder().disableShutdownHook().build().getOpenTelemetrySdk();
      Lab lab = new Lab(sdk);
      lab.produce(stop);
      long start = System.nanoTime();
      // What autoconfigure's shutdown hook would call. It flushes too, and takes up to 15 s with nobody answering: 5 s for
      // the metric reader's thread to end, then 10 s for everything.
      sdk.close();
      lab.printProduced(start);
    }
    System.exit(0);
  }

  private Lab(OpenTelemetry telemetry) {
    List<String> signals = Arrays.asList(env("LAB_SIGNALS").orElse("traces,metrics,logs").split(","));
    tracer = when(signals.contains("traces")).map(yes -> telemetry.getTracer("lab"));
    logger = when(signals.contains("logs")).map(yes -> telemetry.getLogsBridge().get("lab"));
    Optional<Meter> meter = when(signals.contains("metrics")).map(yes -> telemetry.getMeter("lab"));
    counter = meter.map(its -> its.counterBuilder("lab.count").build());
    meter.ifPresent(
        its ->
            its.gaugeBuilder("lab.sequence")
                .ofLongs()
                .buildWithCallback(point -> point.record(collections.getAndIncrement())));
  }

  /** One span and one log record LAB_RATE times a second until a stop is asked for or LAB_SECONDS have passed. */
  private void produce(CountDownLatch stop) throws InterruptedException {
    double rate = env("LAB_RATE").map(Double::parseDouble).orElse(20.0);
    double end = env("LAB_SECONDS").map(Double::parseDouble).orElse(Double.POSITIVE_INFINITY);
    print("started", "");
    long start = System.nanoTime();
    long told = 0;
    // The time of an item follows from its number, so that a late one does not shift those after it.
    for (long item = 0; ; item++) {
      long due = (long) (item / rate * NANOS);
      if (stop.await(due - (System.nanoTime() - start), TimeUnit.NANOSECONDS)) return;
      double seconds = (System.nanoTime() - start) / NANOS;
      if (seconds >= end) return;
      produceOne();
      if ((long) seconds > told) {
        told = (long) seconds;
        print("progress", counts());
      }
    }
  }

  private void produceOne() {
    tracer.ifPresent(
        its -> {
          its.spanBuilder("lab").setAttribute(SEQ, traces++).startSpan().end();
          counter.ifPresent(sum -> sum.add(1));
          count++;
        });
    logger.ifPresent(
        its -> its.logRecordBuilder().setSeverity(Severity.INFO).setBody("lab").setAttribute(SEQ, logs++).emit());
  }

  private void printProduced(long start) {
    print("produced", counts() + ",\"flushMs\":" + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  private String counts() {
    return String.format(
        ",\"traces\":%d,\"metrics\":%d,\"logs\":%d,\"count\":%d", traces, collections.get(), logs, count);
  }

  private static void print(String event, String fields) {
    System.out.println("{\"event\":\"" + event + "\"" + fields + "}");
  }

  /**
   * Released by SIGTERM or by the line "stop" on standard input. A signal handler rather than a shutdown hook: hooks run
   * all at once, and the agent's would end the SDK under items still being produced.
   */
  private static CountDownLatch stopRequest() {
    CountDownLatch stop = new CountDownLatch(1);
    Signal.handle(new Signal("TERM"), signal -> stop.countDown());
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    Thread reader = new Thread(() -> input.lines().filter("stop"::equals).forEach(line -> stop.countDown()));
    reader.setDaemon(true);
    reader.start();
    return stop;
  }

  private static Optional<String> env(String name) {
    return Optional.ofNullable(System.getenv(name));
  }

  private static Optional<Boolean> when(boolean condition) {
    return condition ? Optional.of(true) : Optional.empty();
  }
}
