package gateway_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

// Neither a function nor the definition has a say in the service's own headers,
// and a media type of theirs takes the place of the default.
func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	const forged = `{"headers":{"x-amzn-requestid":"forged","X-AMZ-APIGW-ID":"forged","x-amzn-trace-id":"forged","x-amzn-errortype":"forged"}}`
	for rule, tt := range map[string]struct {
		config               gateway.Config
		path                 string
		contentType, errType string
	}{
		"answer":                            {one("/a", returns(`{}`)), "/a", "application/json", ""},
		"answer, forged":                    {one("/a", returns(forged)), "/a", "application/json", ""},
		"answer, media type of its own":     {one("/a", returns(`{"headers":{"content-type":"text/plain"},"body":"b"}`)), "/a", "text/plain", ""},
		"answer, empty media type":          {one("/a", returns(`{"headers":{"content-type":""},"body":"b"}`)), "/a", "application/json", ""},
		"refusal":                           {one("/a", returns(`{}`)), "/nowhere", "application/json", "MissingAuthenticationTokenException"},
		"refusal, definition's forged kind": {responding(`gatewayresponse.header.X-AMZN-ERRORTYPE: "'forged'"`), "/nowhere", "application/json", "MissingAuthenticationTokenException"},
		"refusal, definition's media type":  {responding(`gatewayresponse.header.content-TYPE: "'text/plain'"`), "/nowhere", "text/plain", "MissingAuthenticationTokenException"},
		"mock, media type of its own":       {mocking("content-type"), "/a", "text/plain", ""},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			got := serve(t, tt.config).do(t, "GET", tt.path, "").header
			own := []string{"X-Amzn-RequestId", "X-Amz-Apigw-Id", "X-Amzn-Trace-Id"}
			if strings.HasPrefix(rule, "mock") { // has no trace
				own = own[:2]
			}
			for _, name := range own {
				if values := got.Values(name); len(values) != 1 || values[0] == "forged" {
					t.Errorf("%s: got %q, want one value of the gateway's", name, values)
				}
			}
			if got := strings.Join(got.Values("X-Amzn-ErrorType"), ", "); got != tt.errType {
				t.Errorf("X-Amzn-ErrorType: got %q, want %q", got, tt.errType)
			}
			if got := strings.Join(got.Values("Content-Type"), ", "); got != tt.contentType {
				t.Errorf("Content-Type: got %q, want %q", got, tt.contentType)
			}
		})
	}
}

// responding is a gateway whose own 4XX have the response parameter.
func responding(parameter string) gateway.Config {
	config := one("/a", returns(hello))
	config.Definition = definition("/a", proxyTo, "x-amazon-apigateway-gateway-responses: {DEFAULT_4XX: {responseParameters: {"+parameter+"}}}")
	return config
}

// mocking is a gateway whose mock answers with the header.
func mocking(header string) gateway.Config {
	item := strings.Replace(string(definition("/a", `
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: 200, responseParameters: {method.response.header.`+header+`: "'text/plain'"}}}
`, "")), "{description: d}", "{description: d, headers: {"+header+": {schema: {type: string}}}}", 1)
	return gateway.Config{Definition: []byte(item)}
}
