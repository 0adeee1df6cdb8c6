package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/policy"
)

func mustARN(t testing.TB, s string) policy.MethodARN {
	t.Helper()
	arn, err := policy.ParseMethodARN(s)
	if err != nil {
		t.Fatal(err)
	}
	return arn
}

func mustRules(t testing.TB, s string) policy.Rules {
	t.Helper()
	rules, err := policy.ParseRules(s)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// build calls one of the three builders by name.
func build(name string, arn policy.MethodARN, routes []policy.Route) (policy.Document, error) {
	switch name {
	case "AllowAll":
		return policy.AllowAll(arn)
	case "DenyAll":
		return policy.DenyAll(arn)
	default:
		return policy.AllowRoutes(arn, routes)
	}
}

func TestDocumentOnTheWire(t *testing.T) {
	t.Parallel()
	arn := mustARN(t, validARN)
	routes := mustRules(t, "read=GET /notes,GET /notes/*; admin=* /*").Routes([]string{"read", "admin"}, nil)
	tests := []struct {
		name    string
		builder string
		routes  []policy.Route
		want    string
	}{
		{"all", "AllowAll", nil, `{"Version":"2012-10-17","Statement":[{"Action":["execute-api:Invoke"],"Effect":"Allow","Resource":[` +
			`"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*"]}]}`},
		{"routes", "AllowRoutes", routes, `{"Version":"2012-10-17","Statement":[{"Action":["execute-api:Invoke"],"Effect":"Allow","Resource":[` +
			`"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes",` +
			`"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/",` +
			`"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/?*",` +
			`"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*/*"]}]}`},
		{"no route", "AllowRoutes", nil, `{"Version":"2012-10-17","Statement":[{"Action":["execute-api:Invoke"],"Effect":"Deny","Resource":[` +
			`"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*"]}]}`},
		{"none", "DenyAll", nil, `{"Version":"2012-10-17","Statement":[{"Action":["execute-api:Invoke"],"Effect":"Deny","Resource":[` +
			`"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*"]}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := build(tt.builder, arn, tt.routes)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDocumentKeepsThePartition(t *testing.T) {
	t.Parallel()
	doc, err := policy.AllowAll(mustARN(t, strings.Replace(validARN, ":aws:", ":aws-cn:", 1)))
	if err != nil {
		t.Fatal(err)
	}
	got, want := doc.Statement[0].Resource[0], "arn:aws-cn:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*"
	if got != want {
		t.Errorf("Resource = %q, want %q", got, want)
	}
}

// A MethodARN is a plain struct, so parsing is not the only way to one.
func TestBuildersRefuseAnARNMadeByHand(t *testing.T) {
	t.Parallel()
	routes := mustRules(t, "read=GET /notes").Routes([]string{"read"}, nil)
	tests := []struct {
		name   string
		change func(*policy.MethodARN)
		want   error
	}{
		{"as parsed", func(*policy.MethodARN) {}, nil},
		{"zero", func(a *policy.MethodARN) { *a = policy.MethodARN{} }, policy.ErrARN},
		{"wildcard API id", func(a *policy.MethodARN) { a.APIID = "*" }, policy.ErrARN},
		{"wildcard in a stage's name", func(a *policy.MethodARN) { a.Stage = "pro*" }, policy.ErrARN},
		{"slash in the API id", func(a *policy.MethodARN) { a.APIID = "a/b" }, policy.ErrARN},
		{"no path", func(a *policy.MethodARN) { a.Path = "" }, policy.ErrARN},
		{"path without slash", func(a *policy.MethodARN) { a.Path = "notes" }, policy.ErrARN},
	}
	for _, tt := range tests {
		for _, builder := range []string{"AllowAll", "AllowRoutes", "DenyAll"} {
			t.Run(tt.name+"/"+builder, func(t *testing.T) {
				t.Parallel()
				arn := mustARN(t, validARN)
				tt.change(&arn)
				doc, err := build(builder, arn, routes)
				if got, want := err, tt.want; !errors.Is(got, want) {
					t.Fatalf("%s(%+v) error = %v, want %v", builder, arn, got, want)
				}
				if tt.want != nil && len(doc.Statement) > 0 {
					t.Errorf("%s(%+v) = %+v beside its error, want no statement", builder, arn, doc)
				}
			})
		}
	}
}

func TestLongestResourceIsTaken(t *testing.T) {
	t.Parallel()
	arn := policy.MethodARN{
		Partition: strings.Repeat("p", 16), Region: strings.Repeat("r", 32), Account: "123456789012",
		APIID: strings.Repeat("i", 32), Stage: strings.Repeat("s", 128), Method: "GET", Path: "/",
	}
	routes := mustRules(t, "read=OPTIONS /"+strings.Repeat("x", 255)).Routes([]string{"read"}, nil)
	doc, err := policy.AllowRoutes(arn, routes)
	if err != nil {
		t.Fatal(err)
	}
	for _, resource := range doc.Statement[0].Resource {
		if got, limit := len(resource), 512; got > limit {
			t.Errorf("Resource is %d characters long, want at most %d", got, limit)
		}
	}
}

// The stage of AWS's sample events is no wildcard in a policy: none of these
// opens or closes anything of a stage that exists.
func TestSampleStageWidensNoPolicy(t *testing.T) {
	t.Parallel()
	arn, err := policy.ParseMethodARN("arn:aws:execute-api:us-west-2:123456789012:ymy8tbxw7b/*/GET/")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := policy.ParseRules("a=GET /")
	if err != nil {
		t.Fatal(err)
	}
	for name, build := range map[string]func() (policy.Document, error){
		"AllowAll":    func() (policy.Document, error) { return policy.AllowAll(arn) },
		"AllowRoutes": func() (policy.Document, error) { return policy.AllowRoutes(arn, rules.Routes([]string{"a"}, nil)) },
		"DenyAll":     func() (policy.Document, error) { return policy.DenyAll(arn) },
	} {
		doc, err := build()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, stage := range []string{"prod", "$default", "a", "v1", "x-y_z"} {
			if request := "arn:aws:execute-api:us-west-2:123456789012:ymy8tbxw7b/" + stage + "/GET/"; iamMatch(doc.Statement[0].Resource[0], request) {
				t.Errorf("%s: %q covers %q", name, doc.Statement[0].Resource, request)
			}
		}
	}
}
