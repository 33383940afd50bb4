//go:build oldest

package main

import otellog "go.opentelemetry.io/otel/log"

// Before 1.47 the logs API had values of its own.
func fill(record *otellog.Record, seq int64) {
	record.SetBody(otellog.StringValue("lab"))
	record.AddAttributes(otellog.Int64("seq", seq))
}
