//go:build !oldest

package main

import (
	"go.opentelemetry.io/otel/attribute"
	otellog "go.opentelemetry.io/otel/log"
)

func fill(record *otellog.Record, seq int64) {
	record.SetBody(attribute.StringValue("lab"))
	record.AddAttributes(attribute.Int64("seq", seq))
}
