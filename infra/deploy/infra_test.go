package deploy_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra"
)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(infra.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func operations(doc *openapi3.T) map[string]*openapi3.Operation {
	all := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all[method+" "+path] = op
		}
	}
	return all
}

func member(t *testing.T, v any, path ...string) any {
	t.Helper()
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok || m[name] == nil {
			t.Fatalf("no %s", strings.Join(path, " > "))
		}
		v = m[name]
	}
	return v
}

// A route without the authorizer is open to everybody; a preflight with it
// breaks every browser.
func TestEveryRouteIsGuarded(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for where, op := range operations(load(t)) {
		integration := op.Extensions["x-amazon-apigateway-integration"]
		if op.OperationID == "" || op.Summary == "" || ids[op.OperationID] {
			t.Errorf("%s: no summary, or no operation id of its own", where)
		}
		ids[op.OperationID] = true
		if strings.HasPrefix(where, "OPTIONS ") {
			if op.Security != nil {
				t.Errorf("%s: security %v, want none", where, op.Security)
			}
			if got := member(t, integration, "type"); got != "mock" {
				t.Errorf("%s: integration %v, want mock", where, got)
			}
			continue
		}
		if op.Security == nil || !cmp.Equal(*op.Security, openapi3.SecurityRequirements{{"Gate": {}}}) {
			t.Errorf("%s: security %v, want Gate alone", where, op.Security)
		}
		if got := member(t, integration, "type"); got != "aws_proxy" {
			t.Errorf("%s: integration %v, want aws_proxy", where, got)
		}
		if got := member(t, integration, "httpMethod"); got != "POST" {
			t.Errorf("%s: httpMethod %v, want POST", where, got)
		}
		if uri := member(t, integration, "uri", "Fn::Sub").(string); !strings.Contains(uri, "${NotesFunction.Arn}") {
			t.Errorf("%s: uri %s, want NotesFunction's", where, uri)
		}
	}
}

// A model under application/json alone is bypassed by any other content type.
func TestModelsCoverEveryContentType(t *testing.T) {
	t.Parallel()
	doc := load(t)
	if got := member(t, doc.Extensions, "x-amazon-apigateway-request-validator"); got != "everything" {
		t.Errorf("default validator %v, want everything", got)
	}
	for _, flag := range []string{"validateRequestBody", "validateRequestParameters"} {
		if got := member(t, doc.Extensions, "x-amazon-apigateway-request-validators", "everything", flag); got != true {
			t.Errorf("%s is %v, want true", flag, got)
		}
	}
	for where, op := range operations(doc) {
		method, _, _ := strings.Cut(where, " ")
		takesBody := slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, method)
		if takesBody != (op.RequestBody != nil) {
			t.Errorf("%s: takes a body: %v, want %v", where, !takesBody, takesBody)
		}
		if op.RequestBody == nil {
			continue
		}
		content := op.RequestBody.Value.Content
		named, rest := content["application/json"], content["$default"]
		if named == nil || rest == nil || named.Schema.Ref == "" || named.Schema.Ref != rest.Schema.Ref {
			t.Errorf("%s: application/json and $default do not share a model", where)
		}
	}
}

func TestModels(t *testing.T) {
	t.Parallel()
	doc := load(t)
	longest := func(n int) string { return strings.Repeat("x", n) }
	tests := []struct {
		rule, model string
		value       map[string]any
		reason      string // empty: valid
	}{
		{"a note", "NoteCreateModel", map[string]any{"noteid": "a", "note": "b"}, ""},
		{"the longest", "NoteCreateModel", map[string]any{"noteid": longest(256), "note": longest(300 << 10)}, ""},
		{"noteid missing", "NoteCreateModel", map[string]any{"note": "b"}, `property "noteid" is missing`},
		{"noteid empty", "NoteCreateModel", map[string]any{"noteid": "", "note": "b"}, "minimum string length is 1"},
		{"noteid too long", "NoteCreateModel", map[string]any{"noteid": longest(257), "note": "b"}, "maximum string length is 256"},
		{"note too long: the function counts its bytes", "NoteCreateModel", map[string]any{"noteid": "a", "note": longest(300<<10 + 1)}, ""},
		{"unknown member", "NoteCreateModel", map[string]any{"noteid": "a", "note": "b", "userid": "c"}, `property "userid" is unsupported`},
		{"an update", "NoteUpdateModel", map[string]any{"note": "b"}, ""},
		{"the longest update", "NoteUpdateModel", map[string]any{"note": longest(300 << 10)}, ""},
		{"an update of the id", "NoteUpdateModel", map[string]any{"note": "b", "noteid": "a"}, `property "noteid" is unsupported`},
		{"note missing", "NoteUpdateModel", map[string]any{}, `property "note" is missing`},
		{"note of a number", "NoteUpdateModel", map[string]any{"note": 1.0}, "value must be a string"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			err := doc.Components.Schemas[tt.model].Value.VisitJSON(tt.value)
			var got string
			if failed, ok := err.(*openapi3.SchemaError); ok {
				got = failed.Reason
			} else if err != nil {
				t.Fatal(err)
			}
			if got != tt.reason {
				t.Errorf("%s: %q, want %q", tt.model, got, tt.reason)
			}
		})
	}
}

func TestAuthorizer(t *testing.T) {
	t.Parallel()
	scheme := load(t).Components.SecuritySchemes["Gate"].Value
	got := member(t, scheme.Extensions, "x-amazon-apigateway-authorizer").(map[string]any)
	if scheme.Name != "Authorization" || scheme.In != "header" || scheme.Extensions["x-amazon-apigateway-authtype"] != "custom" {
		t.Errorf("scheme %s in %s, authtype %v", scheme.Name, scheme.In, scheme.Extensions["x-amazon-apigateway-authtype"])
	}
	if got["type"] != "token" || got["authorizerResultTtlInSeconds"] != 300.0 {
		t.Errorf("type %v, TTL %v, want token and 300", got["type"], got["authorizerResultTtlInSeconds"])
	}
	if uri := member(t, got, "authorizerUri", "Fn::Sub").(string); !strings.Contains(uri, "${AuthorizerFunction.Arn}") {
		t.Errorf("authorizerUri %s, want AuthorizerFunction's", uri)
	}
	text := got["identityValidationExpression"].(string)
	if !strings.HasPrefix(text, "^") || !strings.HasSuffix(text, "$") || strings.Contains(text, "(?") {
		t.Errorf("expression %s, want it anchored and without what engines read differently", text)
	}
	expression := regexp.MustCompile(text)
	for value, want := range map[string]bool{
		"Bearer a.b.c": true, "bearer a.b.c": true, "BEARER  a-_9.b.c": true, "a.b.c": true,
		"": false, "Bearer": false, "Bearer ": false, "Bearer a.b": false, "Bearer a.b.c.d": false, "a..c": false, "Basic a.b.c": false,
		"Bearer a.b.c ": false, " a.b.c": false, "a.b.c, a.b.c": false, "a.b=.c": false, "x\na.b.c": false, "a.b.c\n": false,
	} {
		if got := expression.MatchString(value); got != want {
			t.Errorf("%q matches: %v, want %v", value, got, want)
		}
	}
}

// Without these a browser shows a CORS error in place of the status.
func TestGatewayResponses(t *testing.T) {
	t.Parallel()
	responses := member(t, load(t).Extensions, "x-amazon-apigateway-gateway-responses").(map[string]any)
	for _, kind := range []string{
		"UNAUTHORIZED", "ACCESS_DENIED", "EXPIRED_TOKEN", "AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR",
		"BAD_REQUEST_BODY", "UNSUPPORTED_MEDIA_TYPE", "DEFAULT_4XX", "DEFAULT_5XX",
	} {
		if got := member(t, responses, kind, "responseParameters", "gatewayresponse.header.Access-Control-Allow-Origin", "Fn::Sub"); got != "'${AllowedOrigin}'" {
			t.Errorf("%s: origin %v", kind, got)
		}
		exposed := member(t, responses, kind, "responseParameters", "gatewayresponse.header.Access-Control-Expose-Headers").(string)
		if !strings.Contains(exposed, "ETag") || !strings.Contains(exposed, "Retry-After") {
			t.Errorf("%s: exposes %s", kind, exposed)
		}
	}
	if got := member(t, responses, "UNAUTHORIZED", "responseParameters", "gatewayresponse.header.WWW-Authenticate"); got != "'Bearer'" {
		t.Errorf("WWW-Authenticate %v, want 'Bearer'", got)
	}
	if got := member(t, responses, "BAD_REQUEST_BODY", "responseTemplates", "application/json").(string); !strings.Contains(got, "$context.error.validationErrorString") {
		t.Errorf("BAD_REQUEST_BODY says %s", got)
	}
}
