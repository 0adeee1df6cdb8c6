package gateway_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

// Slashes before the path count as one; those inside are the greedy variable's.
func TestDoubleSlashes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ template, sent, path, proxy string }{
		{"/hardcoded", "/hardcoded", "/hardcoded", ""},
		{"/hardcoded", "//hardcoded", "/hardcoded", ""},
		{"/{proxy+}", "/a/b", "/a/b", "a/b"},
		{"/{proxy+}", "/a//b", "/a//b", "a//b"},
		{"/{proxy+}", "//a//b/", "/a//b/", "a//b"},
		{"/a/{proxy+}", "/a//b", "/a//b", "/b"},
	} {
		f := returns(hello)
		g, err := gateway.New(one(tt.template, f))
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = tt.sent
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Errorf("%s to %s: %d %s", tt.sent, tt.template, w.Code, w.Body)
			continue
		}
		event := f.last(t)
		if event["path"] != tt.path || event["requestContext"].(map[string]any)["path"] != "/local"+tt.sent {
			t.Errorf("%s: path %v, and in the context %v", tt.sent, event["path"], event["requestContext"].(map[string]any)["path"])
		}
		if params, _ := event["pathParameters"].(map[string]any); tt.proxy != "" && params["proxy"] != tt.proxy {
			t.Errorf("%s: proxy %v, want %s", tt.sent, params["proxy"], tt.proxy)
		}
	}
}

// These headers of a request are the gateway's business.
func TestWithheldHeaders(t *testing.T) {
	t.Parallel()
	f := returns(hello)
	g, err := gateway.New(one("/a", f))
	if err != nil {
		t.Fatal(err)
	}
	withheld := []string{"Content-Md5", "Expect", "Max-Forwards", "Server", "Www-Authenticate"}
	headers := []string{"X-Own", "1"}
	for _, name := range withheld {
		headers = append(headers, name, "x")
	}
	ask(g, "GET", "/a", "", headers...)
	for _, member := range []string{"headers", "multiValueHeaders"} {
		got := f.last(t)[member].(map[string]any)
		if got["x-own"] == nil {
			t.Errorf("%s: x-own is not there", member)
		}
		for _, name := range withheld {
			if got[strings.ToLower(name)] != nil {
				t.Errorf("%s: %s is there", member, name)
			}
		}
	}
}

// A function and the client see the same trace, which begins at the client if it
// names one.
func TestTrace(t *testing.T) {
	t.Parallel()
	const (
		root   = "Root=1-5759e988-bd862e3fe1be46a994272793"
		parent = "Parent=53995c3f42cd8ad8"
		some   = "Root=1-[0-9a-f]{8}-[0-9a-f]{24}"
		other  = "Parent=[0-9a-f]{16}"
	)
	f := returns(hello)
	g, err := gateway.New(one("/a", f))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ rule, sent, want string }{
		{"none", "", some + ";" + other + ";Sampled=0"},
		{"root", root, root + ";" + other + ";Sampled=0"},
		{"root and parent", root + ";" + parent, root + ";" + parent + ";Sampled=1"},
		{"all, in another order", "Sampled=0; " + parent + "; " + root, root + ";" + parent + ";Sampled=0"},
		{"of another form", "Root=1-a;Parent=b;Sampled=c", some + ";" + other + ";Sampled=0"},
	} {
		w := ask(g, "GET", "/a", "", "X-Amzn-Trace-Id", tt.sent)
		got := w.Header().Get("X-Amzn-Trace-Id")
		if !regexp.MustCompile("^" + tt.want + "$").MatchString(got) {
			t.Errorf("%s: got %s, want %s", tt.rule, got, tt.want)
		}
		if event := f.last(t)["headers"].(map[string]any)["X-Amzn-Trace-Id"]; event != got {
			t.Errorf("%s: the function sees %v, the client %s", tt.rule, event, got)
		}
	}
}

// Where nothing ran behind the gateway there is no trace to name.
func TestNoTrace(t *testing.T) {
	t.Parallel()
	mapped := func(header string) string {
		return strings.Replace(proxyTo, "httpMethod: POST", `httpMethod: POST
        requestParameters: {integration.request.header.`+header+`: "'x'"}`, 1)
	}
	const mock = `      x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{"statusCode": 200}'}, responses: {default: {statusCode: 200}}}
`
	for _, tt := range []struct {
		rule, operation, body string
		status                int
		traced                bool
	}{
		{"function", proxyTo, hello, 200, true},
		{"mapping of a header", mapped("X-Own"), "hello", 200, true},
		{"mapping of a header of the service", mapped("X-Amzn-Trace-Id"), `{"message":"Internal server error"}`, 500, false},
		{"mapping of a header that Lambda has", mapped("Authorization"), `{"message":"Internal server error"}`, 500, false},
		{"mock", mock, "", 200, false},
	} {
		f := returns(hello)
		config := one("/a", f)
		config.Definition = definition("/a", tt.operation, "")
		g, err := gateway.New(config)
		if err != nil {
			t.Fatal(err)
		}
		w := ask(g, "GET", "/a", "")
		if traced := w.Header().Get("X-Amzn-Trace-Id") != ""; w.Code != tt.status || traced != tt.traced {
			t.Errorf("%s: got %d %s, traced %v", tt.rule, w.Code, w.Body, traced)
		}
	}
}

// What answers a body that is too large is not the API.
func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	authorizer, f := allowing(), returns(hello)
	g, err := gateway.New(real(authorizer, f))
	if err != nil {
		t.Fatal(err)
	}
	const most = 10 << 20
	if w := ask(g, "POST", "/notes", strings.Repeat("a", most), "Authorization", token); w.Code == 413 && w.Header().Get("X-Amzn-RequestId") == "" {
		t.Errorf("a body of %d bytes: got %d %s", most, w.Code, w.Body)
	}
	asked := authorizer.calls()
	w := ask(g, "POST", "/notes", strings.Repeat("a", most+1), "Authorization", token)
	if w.Code != 413 || w.Body.String() != "HTTP content length exceeded 10485760 bytes." {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	for name := range w.Header() {
		if strings.HasPrefix(name, "X-Am") || strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("with %s", name)
		}
	}
	if authorizer.calls() != asked {
		t.Error("the authorizer was asked")
	}
}
