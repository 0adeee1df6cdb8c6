package deploy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/pkg/gate"
)

// dashboard: it is there if the authorizer's lines are metrics, and shows exactly
// these, of this authorizer, counts as sums and times as percentiles.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
func dashboard(t *testing.T, _ string, s *cloudformation.Stack) (p problems) {
	t.Helper()
	const name = "AuthorizerDashboard"
	board := s.Resources[name]
	metrics := dig(s.Resources["AuthorizerFunction"].Properties, "Environment", "Variables", "METRICS") == "emf"
	p.Want("dashboards", slices.Contains(s.OfType("AWS::CloudWatch::Dashboard"), name), metrics)
	if board.Type == "" {
		return p
	}
	p.Want("DashboardName", board.Properties["DashboardName"], "notegate-authorizer-eu-west-1") // dashboards are an account's
	var body struct {
		Widgets []struct {
			Type       string
			Properties struct {
				Region, Stat string
				Metrics      [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(text(board.Properties["DashboardBody"])), &body); err != nil {
		p.Add("DashboardBody: %v", err)
		return p
	}
	shown := map[string]bool{}
	for _, widget := range body.Widgets {
		p.Want("widget's type", widget.Type, "metric")
		p.Want("widget's region", widget.Properties.Region, "eu-west-1")
		for _, metric := range widget.Properties.Metrics {
			series, err := seriesOf(metric, widget.Properties.Stat)
			if err != nil {
				p.Add("%v", err)
			}
			shown[series] = true
		}
	}
	p.Want("the dashboard shows", strings.Join(slices.Sorted(maps.Keys(shown)), "; "), strings.Join(slices.Sorted(maps.Keys(emitted(t))), "; "))
	return p
}

// search is an expression that finds the metrics of a name by their dimensions.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
var search = regexp.MustCompile(`^SEARCH\('\{([A-Za-z]+),([A-Za-z,]+)\} FunctionName="\$\{AuthorizerFunction\}" MetricName="([A-Za-z]+)"(?: NOT Reason="none")?', '(.*)', 300\)$`)

// seriesOf says which metric by which dimensions an element of a widget's metrics
// shows.
func seriesOf(metric []any, stat string) (string, error) {
	var options map[string]any
	if last, ok := metric[len(metric)-1].(map[string]any); ok {
		options, metric = last, metric[:len(metric)-1]
	}
	if own := text(options["stat"]); own != "" {
		stat = own
	}
	if len(metric) == 0 {
		match := search.FindStringSubmatch(text(options["expression"]))
		if match == nil {
			return "", fmt.Errorf("%v finds something else", options["expression"])
		}
		return series(match[1], match[3], unitOf(match[4]), strings.Split(match[2], ",")), nil
	}
	if len(metric) != 4 || metric[2] != "FunctionName" || metric[3] != "${AuthorizerFunction}" {
		return "", fmt.Errorf("%v is not of the authorizer", metric)
	}
	return series(text(metric[0]), text(metric[1]), unitOf(stat), []string{"FunctionName"}), nil
}

var percentile = regexp.MustCompile(`^p[0-9]{2}$`)

// unitOf is the unit of what a statistic makes sense for.
func unitOf(stat string) string {
	if percentile.MatchString(stat) {
		return "Milliseconds"
	}
	return map[string]string{"Sum": "Count"}[stat]
}

func series(namespace, name, unit string, dimensions []string) string {
	return fmt.Sprintf("%s %s in %s by %s", namespace, name, unit, strings.Join(dimensions, ","))
}

// emitted are the metrics that CloudWatch makes of a line of the authorizer.
func emitted(t *testing.T) map[string]bool {
	t.Helper()
	var out bytes.Buffer
	handler, err := gate.New(gate.Config{
		Verifier: goodToken{caller}, Logger: slog.New(slog.NewJSONHandler(&out, nil)), Metrics: gate.MetricsEMF, FunctionName: "notegate-authorizer",
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := os.ReadFile("../../pkg/gate/testdata/rest-token.json")
	if err != nil {
		t.Fatal(err)
	}
	handler.Invoke(t.Context(), token) // for its log line alone
	var line struct {
		AWS struct {
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, directive := range line.AWS.CloudWatchMetrics {
		for _, metric := range directive.Metrics {
			for _, dimensions := range directive.Dimensions {
				all[series(directive.Namespace, metric.Name, metric.Unit, dimensions)] = true
			}
		}
	}
	return all
}
