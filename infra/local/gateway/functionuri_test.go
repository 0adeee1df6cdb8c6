package gateway_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/openapi"
)

// A URI may name an alias or a version, and a variable of the stage.
func TestFunctionURIs(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:"
	for name, tt := range map[string]struct{ in, arn string }{
		"plain":          {arn + "F", arn + "F"},
		"alias":          {arn + "F:live", arn + "F:live"},
		"version":        {arn + "F:42", arn + "F:42"},
		"stage variable": {arn + "${!stageVariables.fn}:${!stageVariables.alias}", arn + "F:blue"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := replace(t, string(definition("/a", proxyTo, "")), "${F.Arn}", tt.in)
			f := returns(hello)
			model, findings := openapi.Read([]byte(text), openapi.Options{
				Region: "us-east-1", Account: "123456789012", Partition: "aws", Variables: map[string]string{"fn": "F", "alias": "blue"},
			})
			if len(findings) > 0 {
				t.Fatal(findings)
			}
			g, err := gateway.New(gateway.Config{API: model, Functions: map[string]gateway.Function{"F": f}})
			if err != nil {
				t.Fatal(err)
			}
			if w := ask(g, "GET", "/a", ""); w.Code != 200 {
				t.Fatalf("got %d %s", w.Code, w.Body)
			}
			if len(f.arns) != 1 || f.arns[0] != tt.arn {
				t.Errorf("called as %q, want %s", f.arns, tt.arn)
			}
			if got := f.last(t)["stageVariables"]; cmp.Diff(map[string]any{"fn": "F", "alias": "blue"}, got) != "" {
				t.Errorf("stage variables: got %v", got)
			}
		})
	}
}
