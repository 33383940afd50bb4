// Numbered spans, log records and metric points through the SDK, with the exporters that autoexport chooses by OTEL_*.
// What it reads and prints: ../README.md.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/go-logr/stdr"
	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	otellog "go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type provider interface {
	ForceFlush(context.Context) error
	Shutdown(context.Context) error
}

type counts struct {
	Traces  int64 `json:"traces"`
	Metrics int64 `json:"metrics"`
	Logs    int64 `json:"logs"`
	Count   int64 `json:"count"`
}

type line struct {
	Event string `json:"event"`
	*counts
	FlushMs *int64 `json:"flushMs,omitempty"`
}

var (
	ctx      = context.Background()
	rate     = number("LAB_RATE", 20)
	seconds  = number("LAB_SECONDS", 0)
	signals  = strings.Split(env("LAB_SIGNALS", "traces,metrics,logs"), ",")
	produced struct{ traces, metrics, logs, count atomic.Int64 }
	tracer   trace.Tracer
	logger   otellog.Logger
	counter  metric.Int64Counter
)

func main() {
	for _, name := range []string{"traces", "metrics", "logs"} {
		exporter := "none"
		if slices.Contains(signals, name) {
			exporter = "otlp"
		}
		must(0, os.Setenv("OTEL_"+strings.ToUpper(name)+"_EXPORTER", exporter))
	}
	// The SDK tells failed exports at any level and its settings from 4 on; retries it never tells.
	stdr.SetVerbosity(4)
	otel.SetLogger(stdr.New(log.New(os.Stderr, "", log.LstdFlags|log.Lmicroseconds)))
	providers := setUp()

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go awaitStop(stop)
	tell(line{Event: "started"})
	produce(stop)

	start := time.Now()
	for _, each := range providers {
		report(each.ForceFlush(ctx))
		report(each.Shutdown(ctx))
	}
	flushMs := time.Since(start).Milliseconds()
	tell(line{Event: "produced", counts: current(), FlushMs: &flushMs})
}

func setUp() []provider {
	spans := must(autoexport.NewSpanExporter(ctx))
	records := must(autoexport.NewLogExporter(ctx))
	reader := must(autoexport.NewMetricReader(ctx))
	tracing := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans))
	logging := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(records)))
	metering := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))

	tracer, logger = tracing.Tracer("lab"), logging.Logger("lab")
	meter := metering.Meter("lab")
	counter = must(meter.Int64Counter("lab.count"))
	if slices.Contains(signals, "metrics") {
		must(meter.Int64ObservableGauge("lab.sequence", metric.WithInt64Callback(
			func(_ context.Context, observer metric.Int64Observer) error {
				observer.Observe(produced.metrics.Add(1) - 1)
				return nil
			})))
	}
	return []provider{tracing, logging, metering}
}

func produce(stop <-chan os.Signal) {
	ticks := time.NewTicker(max(50*time.Millisecond, time.Duration(float64(time.Second)/rate)))
	progress := time.NewTicker(time.Second)
	start := time.Now()
	items := 0.0
	for {
		select {
		case <-stop:
			return
		case <-progress.C:
			tell(line{Event: "progress", counts: current()})
		case <-ticks.C:
			elapsed := time.Since(start).Seconds()
			if seconds > 0 && elapsed >= seconds {
				return
			}
			// By the clock, not by ticks: a late tick makes up for what it missed.
			for ; items < elapsed*rate; items++ {
				produceOne()
			}
		}
	}
}

func produceOne() {
	if slices.Contains(signals, "traces") {
		_, span := tracer.Start(ctx, "lab", trace.WithAttributes(attribute.Int64("seq", produced.traces.Add(1)-1)))
		span.End()
		counter.Add(ctx, 1)
		produced.count.Add(1)
	}
	if slices.Contains(signals, "logs") {
		var record otellog.Record
		record.SetTimestamp(time.Now())
		record.SetSeverity(otellog.SeverityInfo)
		fill(&record, produced.logs.Add(1)-1)
		logger.Emit(ctx, record)
	}
}

func current() *counts {
	return &counts{produced.traces.Load(), produced.metrics.Load(), produced.logs.Load(), produced.count.Load()}
}

func tell(words line) {
	must(0, json.NewEncoder(os.Stdout).Encode(words))
}

func awaitStop(stop chan<- os.Signal) {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if lines.Text() == "stop" {
			stop <- syscall.SIGTERM
		}
	}
}

func report(err error) {
	if err != nil {
		otel.Handle(err)
	}
}

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

func number(name string, fallback float64) float64 {
	if value := os.Getenv(name); value != "" {
		return must(strconv.ParseFloat(value, 64))
	}
	return fallback
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
