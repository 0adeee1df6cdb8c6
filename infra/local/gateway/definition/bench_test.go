package definition_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/definition"
)

type function func(context.Context, []byte) ([]byte, error)

func (f function) Invoke(ctx context.Context, event []byte) ([]byte, error) { return f(ctx, event) }

// From a file of 200 routes to a gateway that serves them: it must be less than
// 2 s.
func Benchmark200Routes(b *testing.B) {
	const invocation = "{Fn::Sub: 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations'}"
	var text strings.Builder
	text.WriteString("openapi: 3.0.1\npaths:\n")
	for i := range 100 {
		for _, method := range []string{"get", "post"} {
			if method == "get" {
				fmt.Fprintf(&text, "  /a%d/{id}:\n", i)
			}
			fmt.Fprintf(&text, "    %s:\n      security: [{Gate: []}]\n      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: %s}\n", method, invocation)
		}
	}
	text.WriteString("components:\n  securitySchemes:\n    Gate:\n      type: apiKey\n      name: Authorization\n      in: header\n      x-amazon-apigateway-authorizer: {type: token, authorizerUri: " + invocation + "}\n")
	file := filepath.Join(b.TempDir(), "api.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	f := function(func(context.Context, []byte) ([]byte, error) { return nil, nil })
	for b.Loop() {
		d, findings, err := definition.Read(file, definition.Options{Region: "us-east-1", Account: "123456789012", Partition: "aws"})
		if err != nil || d.API == nil || len(d.API.Routes) != 200 {
			b.Fatalf("got %v, %v", err, findings)
		}
		for _, finding := range findings {
			if finding.Fatal() {
				b.Fatal(finding)
			}
		}
		if _, err := gateway.New(gateway.Config{API: d.API, Functions: map[string]gateway.Function{"F": f}}); err != nil {
			b.Fatal(err)
		}
	}
}
