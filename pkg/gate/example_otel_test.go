package gate_test

import (
	"context"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/jwks"
)

// The hooks of the settings feed OpenTelemetry. In a Lambda function the settings
// are those of LoadSettings, and the reader exports what it has before each
// invocation ends: call ForceFlush of the provider in Observe, or let the
// collector of a Lambda layer do it.
func Example_openTelemetry() {
	reader := sdk.NewManualReader()
	meter := sdk.NewMeterProvider(sdk.WithReader(reader)).Meter("github.com/notegate/notegate/pkg/gate")
	decisions, err := meter.Int64Counter("notegate.decisions")
	if err != nil {
		panic(err)
	}
	latency, err := meter.Float64Histogram("notegate.latency", metric.WithUnit("ms"))
	if err != nil {
		panic(err)
	}
	keySets, err := meter.Int64Counter("notegate.key_sets")
	if err != nil {
		panic(err)
	}

	pool, err := cognito.PoolByIssuer("https://issuer.example.com", "http://127.0.0.1:1/nobody-listens")
	if err != nil {
		panic(err)
	}
	settings := gate.Settings{Tokens: cognito.Config{Pools: []cognito.UserPool{pool}, ClientIDs: []string{"1h57kf5cpq17m0eml12example"}}}
	settings.Observe = func(ctx context.Context, d gate.Decision) {
		// All of these are from closed lists; the request id is not, and belongs to traces.
		attributes := metric.WithAttributes(
			attribute.String("outcome", string(d.Outcome)),
			attribute.String("reason", d.Reason),
			attribute.String("event", d.Event),
			attribute.Bool("cold_start", d.ColdStart),
		)
		decisions.Add(ctx, 1, attributes)
		latency.Record(ctx, float64(d.Latency.Microseconds())/1000, attributes)
	}
	settings.ObserveKeySet = func(ctx context.Context, e jwks.Event) {
		keySets.Add(ctx, 1, metric.WithAttributes(attribute.String("event", string(e.Kind))))
	}
	handler, err := gate.Open(context.Background(), settings, slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}

	const event = `{"type":"TOKEN","methodArn":"arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders","authorizationToken":"%s"}`
	for _, token := range []string{"Bearer not-a-token", ""} {
		_, err := handler.Invoke(context.Background(), fmt.Appendf(nil, event, token))
		fmt.Println(err)
	}
	printCounters(reader)
	// Unordered output:
	// Unauthorized
	// Unauthorized
	// notegate.key_sets 1 event=refused
	// notegate.decisions 1 cold_start=true event=rest_token outcome=unauthorized reason=malformed
	// notegate.decisions 1 cold_start=false event=rest_token outcome=unauthorized reason=missing_token
}

// printCounters prints what an exporter would send of the counters.
func printCounters(reader sdk.Reader) {
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &collected); err != nil {
		panic(err)
	}
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			sum, counter := m.Data.(metricdata.Sum[int64])
			if !counter {
				continue
			}
			for _, point := range sum.DataPoints {
				fmt.Print(m.Name, " ", point.Value)
				for _, a := range point.Attributes.ToSlice() {
					fmt.Print(" ", a.Key, "=", a.Value.String())
				}
				fmt.Println()
			}
		}
	}
}
