package gatetest

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// FunctionURI is how API Gateway calls the function of that logical id.
func FunctionURI(function string) string {
	return "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${" + function + ".Arn}/invocations"
}

// Authorizer: the API's authorizer of that name is the function, with the
// settings that limit how often it is invoked and how long its answers are
// cached. Kind is token or, as always for an HTTP API, request; ttl is how many
// seconds a decision may be cached.
func (a API) Authorizer(name, function, kind string, ttl int) (p Problems) {
	declared := a.Definition.Components.SecuritySchemes[name]
	if declared == nil {
		p.Add("no authorizer %s", name)
		return p
	}
	scheme := declared.Value
	settings := scheme.Extensions["x-amazon-apigateway-authorizer"]
	p.Want("authorizerUri", Dig(settings, "authorizerUri"), FunctionURI(function))
	p.Want("authorizerResultTtlInSeconds", Dig(settings, "authorizerResultTtlInSeconds"), ttl)
	p.Want("type", Dig(settings, "type"), kind)
	switch {
	case a.HTTP:
		// A cached answer is valid for all routes, so the route must be part of
		// the cache key.
		p.Want("identitySource", Dig(settings, "identitySource"), "$request.header.Authorization, $context.routeKey")
		p.Want("authorizerPayloadFormatVersion", Dig(settings, "authorizerPayloadFormatVersion"), "2.0")
		p.Want("enableSimpleResponses", Dig(settings, "enableSimpleResponses"), true)
	case kind == "request":
		p.Want("authtype", scheme.Extensions["x-amazon-apigateway-authtype"], "custom")
		p.Want("identitySource", Dig(settings, "identitySource"), "method.request.header.Authorization")
	default:
		p.Want("authtype", scheme.Extensions["x-amazon-apigateway-authtype"], "custom")
		p.Want("header", scheme.Name, "Authorization")
		p.Tries("identityValidationExpression", Text(Dig(settings, "identityValidationExpression")),
			[]string{"Bearer a.b.c", "bearer a.b.c", "BEARER  a-_9.b.c", "a.b.c"},
			[]string{"", "Bearer", "Bearer a.b", "Bearer a.b.c.d", "a..c", "Basic a.b.c", "Bearer a.b.c ", "a.b.c, a.b.c", "x\na.b.c"})
	}
	return p
}

// AnswerShape: the handler answers in the shape that the authorizer's settings
// ask for.
func (a API) AnswerShape(t *testing.T, name string) (p Problems) {
	t.Helper()
	settings := a.Definition.Components.SecuritySchemes[name].Value.Extensions["x-amazon-apigateway-authorizer"]
	fixture, want := "rest-token.json", "policyDocument"
	if Dig(settings, "type") == "request" {
		fixture = map[any]string{nil: "rest-request.json", "1.0": "http-1.0.json", "2.0": "http-2.0.json"}[Dig(settings, "authorizerPayloadFormatVersion")]
	}
	if Dig(settings, "enableSimpleResponses") == true {
		want = "isAuthorized"
	}
	handler, err := gate.New(gate.Config{Verifier: goodToken{}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := handler.Invoke(t.Context(), Fixture(t, fixture))
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	if answer[want] == nil {
		p.Add("to %s the handler answers %s, the definition wants %s", fixture, text, want)
	}
	return p
}

// goodToken accepts every token.
type goodToken struct{}

func (goodToken) Verify(context.Context, string) (*cognito.Claims, error) {
	return &cognito.Claims{Subject: "ann", ExpiresAt: time.Unix(1782999767, 0)}, nil
}

// Fixture returns a recorded authorizer event of package gate.
func Fixture(t *testing.T, name string) []byte {
	t.Helper()
	event, err := os.ReadFile(filepath.Join(Root(t), "pkg/gate/testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// Root is the module's folder, found from the one that go test runs in.
func Root(t *testing.T) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("no go.mod above the working directory")
		}
	}
}
