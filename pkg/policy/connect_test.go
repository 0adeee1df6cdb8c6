package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/policy"
)

const connectARN = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/$connect"

func TestParseConnectARN(t *testing.T) {
	t.Parallel()
	want := policy.MethodARN{Partition: "aws", Region: "eu-central-1", Account: "123456789012", APIID: "a1b2c3d4e5", Stage: "prod", Method: "$connect"}
	got, err := policy.ParseConnectARN(connectARN)
	if err != nil || got.String() != connectARN {
		t.Fatalf("got %s, %v, want %s", got, err, connectARN)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for rule, arn := range map[string]string{
		"another route":             strings.Replace(connectARN, "$connect", "$disconnect", 1),
		"a route of the API's own":  strings.Replace(connectARN, "$connect", "send", 1),
		"in another case":           strings.Replace(connectARN, "$connect", "$Connect", 1),
		"a slash after it":          connectARN + "/",
		"a path after it":           connectARN + "/x",
		"the path of a method":      strings.Replace(connectARN, "$connect", "GET/rooms/$connect", 1),
		"the root of a method":      strings.Replace(connectARN, "$connect", "GET/$connect", 1),
		"the stage alone":           strings.TrimSuffix(connectARN, "/$connect"),
		"no stage":                  strings.Replace(connectARN, "/prod", "", 1),
		"empty stage":               strings.Replace(connectARN, "/prod", "/", 1),
		"wildcard for the stage":    strings.Replace(connectARN, "prod", "p*d", 1),
		"wildcard for the API":      strings.Replace(connectARN, "a1b2c3d4e5", "*", 1),
		"another service":           strings.Replace(connectARN, "execute-api", "lambda", 1),
		"account of letters":        strings.Replace(connectARN, "123456789012", "12345678901x", 1),
		"longer than API Gateway's": strings.Replace(connectARN, "prod", strings.Repeat("p", 1600), 1),
		"empty":                     "",
		"the route alone":           "/$connect",
	} {
		if got, err := policy.ParseConnectARN(arn); !errors.Is(err, policy.ErrARN) || got != (policy.MethodARN{}) {
			t.Errorf("%s: got %v, %v, want ErrARN alone", rule, got, err)
		}
	}
	if _, err := policy.ParseMethodARN(connectARN); !errors.Is(err, policy.ErrARN) {
		t.Errorf("ParseMethodARN: got %v, want ErrARN: it is no method's", err)
	}
}

// A connection's policy opens or closes every route of its own stage, and no rule
// of methods and paths opens any.
func TestPolicyOfAConnection(t *testing.T) {
	t.Parallel()
	arn, err := policy.ParseConnectARN(connectARN)
	if err != nil {
		t.Fatal(err)
	}
	everything, err := policy.ParseRules("all=* /*")
	if err != nil {
		t.Fatal(err)
	}
	routes := everything.Routes([]string{"all"}, nil)
	build := func(doc policy.Document, err error) policy.Document {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	allowed, denied, ruled := build(policy.AllowAll(arn)), build(policy.DenyAll(arn)), build(policy.AllowRoutes(arn, routes))
	message := strings.Replace(connectARN, "$connect", "send", 1)
	foreign := strings.Replace(connectARN, "/prod/", "/test/", 1)
	for _, target := range []string{connectARN, message} {
		if !opens(allowed, target) || opens(denied, target) || opens(ruled, target) {
			t.Errorf("%s: allowed %t, denied %t, by a rule %t, want it open in the first alone", target, opens(allowed, target), !opens(denied, target), opens(ruled, target))
		}
	}
	if opens(allowed, foreign) {
		t.Errorf("opens another stage: %v", allowed)
	}
	if routes[0].Matches(arn.Method, arn.Path) {
		t.Errorf("%s matches a connection", routes[0])
	}
	for _, bad := range []policy.MethodARN{
		{Partition: "aws", Region: "eu-central-1", Account: "123456789012", APIID: "*", Stage: "prod", Method: "$connect"},
		{Partition: "aws", Region: "eu-central-1", Account: "123456789012", APIID: "a", Stage: "prod", Method: "$connect", Path: "x"},
	} {
		if _, err := policy.AllowAll(bad); !errors.Is(err, policy.ErrARN) {
			t.Errorf("%v: got %v, want ErrARN", bad, err)
		}
	}
}

func FuzzParseConnectARN(f *testing.F) {
	f.Add(connectARN)
	f.Add(validARN)
	f.Add("arn:aws:execute-api:us-east-1:123456789012:a/*/$connect")
	f.Fuzz(func(t *testing.T, s string) {
		arn, err := policy.ParseConnectARN(s)
		if err != nil {
			return
		}
		if got := arn.String(); got != s {
			t.Fatalf("round trip = %q, want %q", got, s)
		}
		if _, err := policy.ParseMethodARN(s); !errors.Is(err, policy.ErrARN) {
			t.Errorf("%q is a method's as well: %v", s, err)
		}
		all, err := policy.AllowAll(arn)
		if err != nil {
			t.Fatal(err)
		}
		if opens(all, s) == (arn.Stage == "*") { // a sample event's stage is none
			t.Errorf("AllowAll of %q opens %v", s, all)
		}
	})
}
