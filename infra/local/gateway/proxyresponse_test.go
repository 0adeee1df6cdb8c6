package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway"
)

func TestProxyResponse(t *testing.T) {
	t.Parallel()
	const failed = `{"message":"Internal server error"}`
	long := strings.Repeat("b", 4096) // more than net/http holds back to count it
	tests := []struct {
		rule, payload string
		status        int
		body          string
		header        http.Header // those named here are compared
	}{
		{"whole", `{"statusCode":201,"headers":{"X-A":"1"},"multiValueHeaders":null,"body":"b","isBase64Encoded":false}`, 201, "b", http.Header{"X-A": {"1"}}},
		{"empty object", `{}`, 200, "", http.Header{"Content-Type": {"application/json"}}},
		{"last status", `{"statusCode":599}`, 599, "", nil},
		{"status as text", `{"statusCode":"201"}`, 201, "", nil},
		{"headers null", `{"statusCode":200,"headers":null,"body":"b"}`, 200, "b", nil},
		{"body null", `{"statusCode":200,"body":null}`, 200, "", nil},
		{"content type of its own", `{"headers":{"content-type":"text/plain"},"body":"b"}`, 200, "b", http.Header{"Content-Type": {"text/plain"}}},
		{"boolean header", `{"headers":{"X-A":true}}`, 200, "", http.Header{"X-A": {"true"}}},
		{"multi first, then single", `{"headers":{"X-A":"solo"},"multiValueHeaders":{"X-A":["multi"]}}`, 200, "", http.Header{"X-A": {"multi", "solo"}}},
		{"the service's own header", `{"headers":{"WWW-Authenticate":"Basic"}}`, 200, "", http.Header{"X-Amzn-Remapped-Www-Authenticate": {"Basic"}, "Www-Authenticate": nil}},
		{"encoding of the transfer", `{"headers":{"Transfer-Encoding":"gzip"},"body":"` + long + `"}`, 200, long, nil},
		{"base64 that nobody asked for", `{"body":"aGk=","isBase64Encoded":true}`, 200, "aGk=", nil},
		{"line break in a header", `{"headers":{"X-A":"1\r\nX-B: 2"}}`, 200, "", http.Header{"X-B": nil}},

		{"other member", `{"statusCode":200,"cookies":[]}`, 502, failed, nil},
		{"member in another case", `{"StatusCode":200}`, 502, failed, nil},
		{"string", `"hello"`, 502, failed, nil},
		{"null", `null`, 502, failed, nil},
		{"list", `[]`, 502, failed, nil},
		{"nothing", ``, 502, failed, nil},
		{"not JSON", `{"statusCode":200`, 502, failed, nil},
		{"status of words", `{"statusCode":"test"}`, 502, failed, nil},
		{"status null", `{"statusCode":null}`, 502, failed, nil},
		{"status of a fraction", `{"statusCode":200.5}`, 502, failed, nil},
		{"status out of range", `{"statusCode":600}`, 502, failed, nil},
		{"status informational", `{"statusCode":101}`, 502, failed, nil},
		{"body object", `{"statusCode":200,"body":{"a":1}}`, 502, failed, nil},
		{"header number", `{"headers":{"X-A":1}}`, 502, failed, nil},
		{"header list", `{"headers":{"X-A":["1"]}}`, 502, failed, nil},
		{"headers list", `{"headers":[]}`, 502, failed, nil},
		{"multi value number", `{"multiValueHeaders":{"X-A":["1",1]}}`, 502, failed, nil},
		{"multi value string", `{"multiValueHeaders":{"X-A":"1"}}`, 502, failed, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := serve(t, one("/a", returns(tt.payload))).do(t, "GET", "/a", "")
			if got.status != tt.status || got.body != tt.body {
				t.Errorf("got %d %q, want %d %q", got.status, got.body, tt.status, tt.body)
			}
			for name, want := range tt.header {
				if diff := cmp.Diff(want, got.header[name]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// Base64 travels only for the API's binary media types.
func TestBinary(t *testing.T) {
	t.Parallel()
	f := returns(`{"headers":{"Content-Type":"image/png"},"body":"aGk=","isBase64Encoded":true}`)
	config := one("/a", f)
	config.Definition = definition("/a", proxyTo, "x-amazon-apigateway-binary-media-types: [image/png]")
	s := serve(t, config)
	for accept, want := range map[string]string{"image/png": "hi", "image/png, */*": "hi", "image/png;q=0.9": "hi", "image/*": "aGk=", "*/*": "aGk=", "text/html, image/png": "aGk="} {
		if got := s.do(t, "GET", "/a", "", "Accept: "+accept).body; got != want {
			t.Errorf("Accept %s: %q, want %q", accept, got, want)
		}
	}
	config.Functions = map[string]gateway.Function{"F": returns(`{"body":"a","isBase64Encoded":true}`)}
	if got := serve(t, config).do(t, "GET", "/a", "", "Accept: image/png"); got.status != 500 {
		t.Errorf("not base64: %d %q, want 500", got.status, got.body)
	}
	s.do(t, "GET", "/a", "\x89PNG", "Content-Type: image/png")
	if got := f.last(t); got["body"] != "iVBORw==" || got["isBase64Encoded"] != true {
		t.Errorf("binary body: %v, base64 %v", got["body"], got["isBase64Encoded"])
	}
	s.do(t, "GET", "/a", "text", "Content-Type: text/plain")
	if got := f.last(t); got["body"] != "text" || got["isBase64Encoded"] != false {
		t.Errorf("text body: %v, base64 %v", got["body"], got["isBase64Encoded"])
	}
}

// The type */* covers every body, and every Accept.
func TestBinaryForAllTypes(t *testing.T) {
	t.Parallel()
	f := returns(`{"body":"aGk=","isBase64Encoded":true}`)
	config := one("/a", f)
	config.Definition = definition("/a", proxyTo, `x-amazon-apigateway-binary-media-types: ["*/*"]`)
	got := serve(t, config).do(t, "GET", "/a", "text", "Content-Type: text/plain", "Accept: text/html")
	if got.body != "hi" {
		t.Errorf("the client got %q, want hi", got.body)
	}
	if e := f.last(t); e["body"] != "dGV4dA==" || e["isBase64Encoded"] != true {
		t.Errorf("the function got %v, base64 %v", e["body"], e["isBase64Encoded"])
	}
}

// The service calls Lambda by POST, whatever the definition says.
func TestIntegrationMethod(t *testing.T) {
	t.Parallel()
	f := returns(hello)
	config := one("/a", f)
	config.Definition = []byte(replace(t, string(config.Definition), "httpMethod: POST", "httpMethod: GET"))
	got := serve(t, config).do(t, "GET", "/a", "")
	if got.status != 500 || got.body != `{"message":"Internal server error"}` || f.calls() != 0 {
		t.Errorf("got %d %s and %d calls", got.status, got.body, f.calls())
	}
}
