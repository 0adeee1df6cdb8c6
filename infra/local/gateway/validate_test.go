package gateway_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

const bothValidators = `x-amazon-apigateway-request-validators:
  both: {validateRequestBody: true, validateRequestParameters: true}
  none: {validateRequestBody: false, validateRequestParameters: false}
  parameters: {validateRequestBody: false, validateRequestParameters: true}
`

const demanding = `
      parameters:
        - {name: qs1, in: query, required: true, schema: {type: integer}}
        - {name: X-Header, in: header, required: true, schema: {type: string}}
        - {name: extra, in: query, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [a], properties: {a: {type: integer}}}
`

func TestValidation(t *testing.T) {
	t.Parallel()
	const (
		everything = "x-amazon-apigateway-request-validator: both\n"
		badBody    = `{"message":"Invalid request body"}`
	)
	tests := []struct {
		rule, root, target, body string
		headers                  []string
		status                   int
		want                     string
	}{
		{"all there", everything, "/things/i?qs1=1", `{"a":1}`, []string{"X-Header: h"}, 200, "hello"},
		{"header and query missing", everything, "/things/i", `{"a":1}`, nil, 400, `{"message":"Missing required request parameters: [X-Header, qs1]"}`},
		{"blank counts as missing", everything, "/things/i?qs1=%20", `{"a":1}`, []string{"X-Header: h"}, 400, `{"message":"Missing required request parameters: [qs1]"}`},
		{"type of a parameter is not checked", everything, "/things/i?qs1=x", `{"a":1}`, []string{"X-Header: h"}, 200, "hello"},
		{"parameters before the body", everything, "/things/i", `{}`, []string{"X-Header: h"}, 400, `{"message":"Missing required request parameters: [qs1]"}`},
		{"body", everything, "/things/i?qs1=1", `{"a":"x"}`, []string{"X-Header: h"}, 400, badBody},
		{"empty body is an empty object", everything, "/things/i?qs1=1", ``, []string{"X-Header: h"}, 400, badBody},
		{"body of another JSON type", everything, "/things/i?qs1=1", `[]`, []string{"X-Header: h"}, 400, badBody},
		{"content type with parameters", everything, "/things/i?qs1=1", `{}`, []string{"X-Header: h", "Content-Type: Application/JSON; charset=utf-8"}, 400, badBody},
		{"content type without a model", everything, "/things/i?qs1=1", `{}`, []string{"X-Header: h", "Content-Type: text/plain"}, 200, "hello"},
		{"validator of the operation", everything + "# none", "/things/i", ``, nil, 200, "hello"},
		{"parameters only", "x-amazon-apigateway-request-validator: parameters\n", "/things/i?qs1=1", `{}`, []string{"X-Header: h"}, 200, "hello"},
		{"no validator", "", "/things/i", `{}`, nil, 200, "hello"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			operation := proxyTo + demanding
			if tt.rule == "validator of the operation" {
				operation += "      x-amazon-apigateway-request-validator: none\n"
			}
			s := serve(t, gateway.Config{
				Definition: definition("/things/{issuer}", operation, bothValidators+tt.root),
				Functions:  map[string]gateway.Function{"F": returns(hello)},
			})
			got := s.do(t, "GET", tt.target, tt.body, tt.headers...)
			if got.status != tt.status || got.body != tt.want {
				t.Errorf("got %d %s, want %d %s", got.status, got.body, tt.status, tt.want)
			}
		})
	}
}

// A client's own names come back to it, but not without end, and never so that
// the answer stops being JSON.
func TestValidationTextIsBounded(t *testing.T) {
	t.Parallel()
	s := serve(t, real(allowing(), returns(hello)))
	for rule, name := range map[string]string{"long": strings.Repeat("é", 5000), "hostile": `\",\"admin\":\"`} {
		got := s.do(t, "PUT", "/notes/a", `{"note":"n","`+name+`":1}`, "Authorization: "+token)
		var body map[string]string
		if err := json.Unmarshal([]byte(got.body), &body); err != nil || got.status != 400 || len(body) != 1 {
			t.Errorf("%s: %d, members %d, %v", rule, got.status, len(body), err)
		}
		if n := len(body["message"]); n > 1200 || !strings.HasPrefix(body["message"], "Invalid request body: [") {
			t.Errorf("%s: a message of %d bytes, want at most 1200", rule, n)
		}
	}
}
