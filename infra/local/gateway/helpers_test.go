package gateway_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/local/gateway"
)

const (
	token  = "Bearer aaa.bbb.ccc"
	origin = "https://app.example.com"
	stage  = "arn:aws:execute-api:us-east-1:123456789012:localapi00/local"
)

// A fake is a Lambda function that records its events.
type fake struct {
	mu     sync.Mutex
	events []string
	ids    []string // Lambda's request ids
	arns   []string // by which it was called
	answer func(ctx context.Context, event []byte) ([]byte, error)
}

func (f *fake) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	f.mu.Lock()
	f.events = append(f.events, string(event))
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		f.ids = append(f.ids, lc.AwsRequestID)
		f.arns = append(f.arns, lc.InvokedFunctionArn)
	}
	f.mu.Unlock()
	return f.answer(ctx, event)
}

func (f *fake) calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.events)
}

// last is the last event, decoded.
func (f *fake) last(t *testing.T) map[string]any {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.events) == 0 {
		t.Fatal("the function was not called")
	}
	var event map[string]any
	if err := json.Unmarshal([]byte(f.events[len(f.events)-1]), &event); err != nil {
		t.Fatal(err)
	}
	return event
}

func returns(payload string) *fake {
	return &fake{answer: func(context.Context, []byte) ([]byte, error) { return []byte(payload), nil }}
}

func fails(err error) *fake {
	return &fake{answer: func(context.Context, []byte) ([]byte, error) { return nil, err }}
}

func policy(effect, resource string) string {
	return `{"principalId":"alice","policyDocument":{"Version":"2012-10-17","Statement":[` +
		`{"Action":["execute-api:Invoke"],"Effect":"` + effect + `","Resource":["` + resource + `"]}]}}`
}

func allowing() *fake { return returns(policy("Allow", stage+"/*")) }

// start is what every clock of a test shows at first.
var start = time.Date(2026, 5, 15, 6, 1, 9, 0, time.UTC)

// real is the deployed definition with two functions.
func real(authorizer, notes gateway.Function) gateway.Config {
	return gateway.Config{
		Definition: infra.OpenAPI,
		Functions:  map[string]gateway.Function{"AuthorizerFunction": authorizer, "NotesFunction": notes},
		Parameters: map[string]string{"AllowedOrigin": origin, "AllowedHeaders": infra.AllowedHeaders},
	}
}

// A server is a gateway on a loopback port.
type server struct {
	url    string
	client *http.Client // its own: another test's server closes connections of the default one
}

func serve(t *testing.T, config gateway.Config) *server {
	t.Helper()
	g, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(g)
	t.Cleanup(h.Close)
	return &server{h.URL, h.Client()}
}

type reply struct {
	status int
	header http.Header
	body   string
}

// do sends one request; headers are "Name: value" lines.
func (s *server) do(t *testing.T, method, target, body string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "test")
	req.Header.Set("Accept-Encoding", "identity")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
			continue
		}
		req.Header.Add(name, value)
	}
	res, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(b)}
}

// definition makes a small document with one GET. YAML: the operation's
// members are indented by six, the root's not at all.
func definition(path, operation, root string) []byte {
	return []byte("openapi: 3.0.3\ninfo: {title: t, version: '1'}\n" + root + "\npaths:\n" + pathItem(path, operation))
}

var variable = regexp.MustCompile(`\{(.+?)\}`)

func pathItem(path, operation string) string {
	item := "  " + path + ":\n    parameters:\n      - {name: X-Any, in: header, schema: {type: string}}\n"
	for _, v := range variable.FindAllStringSubmatch(path, -1) {
		item += "      - {name: " + strings.TrimSuffix(v[1], "+") + ", in: path, required: true, schema: {type: string}}\n"
	}
	return item + "    get:\n      responses: {'200': {description: d}}\n" + operation
}

const proxyTo = `
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}
`

// one is a gateway with one open GET on path and the function F behind it.
func one(path string, f gateway.Function) gateway.Config {
	return gateway.Config{Definition: definition(path, proxyTo, ""), Functions: map[string]gateway.Function{"F": f}}
}

func replace(t *testing.T, s, from, to string) string {
	t.Helper()
	if !strings.Contains(s, from) {
		t.Fatalf("%q is not in the text", from)
	}
	return strings.Replace(s, from, to, 1)
}
