package deploy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
)

// watched is what an alarm looks at, as its name says.
type watched struct{ metric, statistic, of string }

// alarms: each watches what its name says, a metric that somebody fills, and is
// quiet while there is nothing to count. AWS/Lambda's metrics are AWS's own.
//
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
func alarms(_ *testing.T, door string, s *cloudformation.Stack) (p problems) {
	const ours = "notegate/notegate"
	server := "AWS/ApiGateway 5XXError"
	if isHTTP(door) {
		server = "AWS/ApiGateway 5xx"
	}
	want := map[string]watched{
		"KeysUnavailableAlarm":     {ours + " KeysUnavailable", "Sum", ""},
		"AuthorizerFailureAlarm":   {ours + " Failures", "Sum", ""},
		"AuthorizerThrottledAlarm": {"AWS/Lambda Throttles", "Sum", "${AuthorizerFunction}"},
		"AuthorizerSlowAlarm":      {"AWS/Lambda Duration", "p99", "${AuthorizerFunction}"},
		"NotesThrottledAlarm":      {"AWS/Lambda Throttles", "Sum", "${NotesFunction}"},
		"NotesSlowAlarm":           {"AWS/Lambda Duration", "p99", "${NotesFunction}"},
		"ServerErrorAlarm":         {server, "Sum", ""},
	}
	wrong, filled := filters(s)
	p = append(p, wrong...)
	for _, name := range s.OfType("AWS::CloudWatch::Alarm") {
		alarm, w := s.Resources[name].Properties, want[name]
		metric, _ := alarm["Namespace"].(string)
		metric += " " + text(alarm["MetricName"])
		p.Want(name+" metric", metric, w.metric)
		if strings.HasPrefix(metric, ours) && !slices.Contains(filled, metric) {
			p.Add("%s: nothing fills %s", name, metric)
		}
		p.Want(name+" statistic", text(alarm["Statistic"])+text(alarm["ExtendedStatistic"]), w.statistic)
		p.Want(name+".TreatMissingData", alarm["TreatMissingData"], "notBreaching")
		if strings.HasPrefix(metric, "AWS/Lambda ") {
			p.Want(name+".Dimensions", alarm["Dimensions"], []any{map[string]any{"Name": "FunctionName", "Value": w.of}})
		}
	}
	return p
}

// filters checks that the metric filters read the log of the authorizer, whose
// lines they count, and returns the metrics without dimensions that they fill.
func filters(s *cloudformation.Stack) (p problems, filled []string) {
	for _, name := range s.OfType("AWS::Logs::MetricFilter") {
		filter := s.Resources[name].Properties
		p.Want(name+".LogGroupName", filter["LogGroupName"], "${AuthorizerLog}")
		for _, to := range list(filter["MetricTransformations"]) {
			p.Want(name+".MetricNamespace", dig(to, "MetricNamespace"), "notegate/notegate")
			if dig(to, "Dimensions") == nil {
				filled = append(filled, text(dig(to, "MetricNamespace"))+" "+text(dig(to, "MetricName")))
			}
		}
	}
	return p, filled
}
