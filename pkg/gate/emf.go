package gate

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/notegate/notegate/pkg/jwks"
)

// Metrics says what a decision's line is beside a line of a log.
type Metrics int

const (
	MetricsOff Metrics = iota
	MetricsEMF         // CloudWatch's embedded metric format, see the package comment
)

// emfDirectives tell CloudWatch which members of the line are metrics, and by
// which dimensions. A dimension is the function's name, which is the
// configuration's, or from a closed list, so that their number is bounded.
// Reasons are counted only: each dimension of a metric costs as one of its own.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
const emfDirectives = `[` +
	`{"Namespace":"notegate","Dimensions":[["FunctionName"],["FunctionName","Outcome"],["FunctionName","Outcome","Reason"]],` +
	`"Metrics":[{"Name":"Decisions","Unit":"Count"}]},` +
	`{"Namespace":"notegate","Dimensions":[["FunctionName"],["FunctionName","Outcome"]],` +
	`"Metrics":[{"Name":"Latency","Unit":"Milliseconds"}]},` +
	`{"Namespace":"notegate","Dimensions":[["FunctionName"]],` +
	`"Metrics":[{"Name":"ColdStarts","Unit":"Count"},{"Name":"KeySetFetches","Unit":"Count"},{"Name":"KeySetFailures","Unit":"Count"}]}]`

// noReason is the dimension Reason of an Allow: a dimension must not be empty.
const noReason = "none"

// An emf makes metrics of decisions. Nil makes none.
type emf struct {
	function string
	keySets  *keySetCounts
}

// newEMF returns nil if metrics are off.
func newEMF(cfg Config, keySets *keySetCounts) (*emf, error) {
	switch function := cmp.Or(cfg.FunctionName, lambdacontext.FunctionName); {
	case cfg.Metrics == MetricsOff:
		return nil, nil
	case cfg.Metrics != MetricsEMF:
		return nil, errors.New("gate: unknown Metrics")
	case function == "":
		return nil, errors.New("gate: metrics: FunctionName is required outside Lambda")
	case !cfg.Logger.Enabled(context.Background(), slog.LevelInfo):
		return nil, errors.New("gate: metrics: the Logger must be enabled for level info, which decisions have")
	default:
		return &emf{function, keySets}, nil
	}
}

// attrs are the members of the line that are metrics. The counts of the key sets
// start again with the next line.
func (m *emf) attrs(d Decision, now time.Time) []slog.Attr {
	return []slog.Attr{
		slog.Group("_aws",
			slog.Int64("Timestamp", now.UnixMilli()),
			slog.Any("CloudWatchMetrics", json.RawMessage(emfDirectives))),
		slog.String("FunctionName", m.function),
		slog.String("Outcome", string(d.Outcome)),
		slog.String("Reason", cmp.Or(d.Reason, noReason)),
		slog.Int("Decisions", 1),
		slog.Float64("Latency", float64(d.Latency.Microseconds())/1000),
		slog.Int("ColdStarts", map[bool]int{true: 1}[d.ColdStart]),
		slog.Int64("KeySetFetches", m.keySets.fetches.Swap(0)),
		slog.Int64("KeySetFailures", m.keySets.failures.Swap(0)),
	}
}

// keySetCounts count the fetches of all key sets, and those that failed.
type keySetCounts struct{ fetches, failures atomic.Int64 }

func (c *keySetCounts) add(e jwks.Event) {
	switch e.Kind {
	case jwks.Fetched:
		c.fetches.Add(1)
	case jwks.Refused:
		c.fetches.Add(1)
		c.failures.Add(1)
	}
}
