package gateway_test

import (
	"bufio"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway"
)

// Over HTTP/1.1 a client can see how names are spelled; net/http's own client
// would hide it.
func TestHeaderNamesOnTheWire(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		config gateway.Config
		path   string
		want   []string // beside those of every answer
	}{
		"answer":                            {one("/a", returns(`{"headers":{"x-own":"1","X-AMZN-REQUESTID":"forged","x-amzn-errortype":"forged"}}`)), "/a", []string{"Content-Type", "x-own"}},
		"answer, many values":               {one("/a", returns(`{"headers":{"x-OWN":"2"},"multiValueHeaders":{"x-own":["0","1"]}}`)), "/a", []string{"Content-Type", "x-own", "x-own", "x-own"}},
		"answer, media type of its own":     {one("/a", returns(`{"headers":{"content-type":"text/plain"},"body":"b"}`)), "/a", []string{"content-type"}},
		"answer, the service's own name":    {one("/a", returns(`{"headers":{"WWW-Authenticate":"Basic"}}`)), "/a", []string{"Content-Type", "x-amzn-Remapped-WWW-Authenticate"}},
		"refusal":                           {one("/a", returns(`{}`)), "/nowhere", []string{"Content-Type", "x-amzn-ErrorType"}},
		"refusal, definition's header":      {responding(`gatewayresponse.header.WWW-Own: "'1'"`), "/nowhere", []string{"Content-Type", "WWW-Own", "x-amzn-ErrorType"}},
		"refusal, definition's media type":  {responding(`gatewayresponse.header.content-TYPE: "'text/plain'"`), "/nowhere", []string{"content-TYPE", "x-amzn-ErrorType"}},
		"refusal, definition's forged kind": {responding(`gatewayresponse.header.X-AMZN-ERRORTYPE: "'forged'"`), "/nowhere", []string{"Content-Type", "x-amzn-ErrorType"}},
		"refusal, name that frames":         {responding(`gatewayresponse.header.date: "'Fri, 15 May 2020 06:01:09 GMT'"`), "/nowhere", []string{"Content-Type", "x-amzn-ErrorType"}},
		"deployed definition":               {real(allowing(), returns(hello)), "/notes", []string{"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Content-Type", "WWW-Authenticate", "x-amzn-ErrorType"}},
		"mock":                              {mocking("x-own"), "/a", []string{"Content-Type", "x-own"}},
		"mock, media type of its own":       {mocking("content-type"), "/a", []string{"content-type"}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", strings.TrimPrefix(serve(t, tt.config).url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", tt.path)
			var names []string
			lines := textproto.NewReader(bufio.NewReader(conn))
			for line, _ := lines.ReadLine(); line != ""; line, _ = lines.ReadLine() {
				if strings.Contains(line, "forged") {
					t.Errorf("the function's word went out: %s", line)
				}
				if name, _, ok := strings.Cut(line, ": "); ok && name != "Connection" {
					names = append(names, name)
				}
			}
			want := slices.Sorted(slices.Values(append(tt.want, "Content-Length", "Date", "X-Amzn-Trace-Id", "x-amz-apigw-id", "x-amzn-RequestId")))
			if diff := cmp.Diff(want, slices.Sorted(slices.Values(names))); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
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
