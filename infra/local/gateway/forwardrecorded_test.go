package gateway_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// sent are the headers of the recordings, which an HTTP backend then listed
// (LocalStack, tests/aws/services/apigateway: test_apigateway_integrations,
// TestApiGatewayHeaderRemapping, 2024-12-11).
var sent = []string{
	"Accept", "text/html", "Accept-Charset", "UTF-8", "Accept-Encoding", "br", "Age", "1", "Authorization", "Unauthorized", "Connection", "close",
	"Content-Encoding", "deflate", "Content-Md5", "x", "Content-Type", "application/json", "Date", "today", "Expect", "100-continue", "Max-Forwards", "2",
	"Pragma", "cache", "Proxy-Authenticate", "Basic", "Range", "bytes=5-9", "Referer", "https://example.com/", "Server", "x", "Te", "deflate",
	"Trailer", "Expires", "Upgrade", "HTTP/2.0", "User-Agent", "test", "Warn", "299", "Www-Authenticate", "Basic",
}

// What a backend gets of the client's headers, and of the service's own.
func TestRESTForwardHeaders(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule, integration, body string
		own                     []string // the client's own that reach the backend
		values                  map[string]string
	}{
		{"http_proxy", "type: http_proxy", "{}",
			[]string{"Accept", "Accept-Charset", "Age", "Authorization", "Content-Type", "Date", "Pragma", "Range", "Referer", "User-Agent", "Warn"},
			map[string]string{"User-Agent": "test", "Accept": "text/html", "Content-Type": "application/json", "Accept-Encoding": "br"}},
		{"http", "type: http, responses: {default: {statusCode: 200}}", "{}", []string{"Accept", "Content-Type", "User-Agent"},
			map[string]string{"User-Agent": "AmazonAPIGateway_localapi00", "Accept": "application/json", "Content-Type": "application/json"}},
		{"http without a body", "type: http, responses: {default: {statusCode: 200}}", "", []string{"Accept", "User-Agent"},
			map[string]string{"Content-Type": ""}},
		{"http, mapped", "type: http, responses: {default: {statusCode: 200}}, requestParameters: {integration.request.header.Max-Forwards: \"'2'\", integration.request.header.Server: method.request.header.Server}", "",
			[]string{"Accept", "Max-Forwards", "Server", "User-Agent"}, map[string]string{"Max-Forwards": "2", "Server": "x"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			var got http.Header
			backend := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
			t.Cleanup(backend.Close)
			g := forwarding(t, api.REST, `{httpMethod: ANY, uri: "`+backend.URL+`", `+tt.integration+`}`)
			if w := ask(g, "POST", "/x/1/y", tt.body, sent...); w.Code != 200 {
				t.Fatalf("got %d %s", w.Code, w.Body)
			}
			if got.Get("X-Amzn-Apigateway-Api-Id") != "localapi00" || got.Get("X-Amzn-Trace-Id") == "" {
				t.Errorf("without the service's own: %v", got)
			}
			for name, want := range tt.values {
				if got.Get(name) != want {
					t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
				}
			}
			for _, own := range []string{"X-Amzn-Apigateway-Api-Id", "X-Amzn-Trace-Id", "Content-Length", "Accept-Encoding"} { // the last two are HTTP's business here
				got.Del(own)
			}
			if diff := cmp.Diff(tt.own, slices.Sorted(maps.Keys(got))); diff != "" {
				t.Errorf("the client's: want(-) got(+):\n%s", diff)
			}
		})
	}
}

// What a client gets of the backend's headers: the service has its own trace with
// http, and hands on the backend's with http_proxy.
func TestRESTForwardResponseHeaders(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Trace-Id", "the backend's")
		w.Header().Set("X-Amzn-Requestid", "the backend's")
		w.Header().Set("Server", "backend")
		w.Header().Set("X-Own", "1")
	}))
	t.Cleanup(backend.Close)
	untraced := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(untraced.Close)
	proxied := forwarding(t, api.REST, `{type: http_proxy, httpMethod: GET, uri: "`+backend.URL+`"}`)
	w := ask(proxied, "GET", "/x/1/y", "")
	for name, want := range map[string]string{
		"X-Amzn-Trace-Id": "the backend's", "X-Amzn-Remapped-X-Amzn-Requestid": "the backend's", "X-Amzn-Remapped-Server": "backend", "Server": "", "X-Own": "1",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("http_proxy: %s: got %q, want %q", name, got, want)
		}
	}
	if id := w.Header().Get("X-Amzn-Requestid"); id == "" || id == "the backend's" {
		t.Errorf("http_proxy: request id %q", id)
	}
	if w := ask(forwarding(t, api.REST, `{type: http_proxy, httpMethod: GET, uri: "`+untraced.URL+`"}`), "GET", "/x/1/y", ""); w.Header().Get("X-Amzn-Trace-Id") != "" {
		t.Error("http_proxy: a trace that is not the backend's")
	}

	var parameters []string
	kept := []string{"Accept", "Age", "Content-Encoding", "Pragma", "Range", "Referer", "Te", "Via", "Warn"}
	renamed := []string{"Authorization", "Connection", "Content-Length", "Content-Md5", "Date", "Expect", "Host", "Max-Forwards", "Proxy-Authenticate", "Server", "Trailer", "Upgrade", "User-Agent", "Www-Authenticate"}
	for _, name := range slices.Concat(kept, renamed, []string{"Transfer-Encoding"}) {
		parameters = append(parameters, "method.response.header."+name+`: "'mapped'"`)
	}
	mapped := forwarding(t, api.REST, `{type: http, httpMethod: GET, uri: "`+backend.URL+`", responses: {default: {statusCode: 200, responseParameters: {`+strings.Join(parameters, ", ")+`}}}}`)
	w = ask(mapped, "GET", "/x/1/y", "")
	for _, name := range kept {
		if w.Header().Get(name) != "mapped" {
			t.Errorf("http: %s: got %q", name, w.Header().Get(name))
		}
	}
	for _, name := range renamed {
		if w.Header().Get("X-Amzn-Remapped-"+name) != "mapped" || w.Header().Get(name) == "mapped" {
			t.Errorf("http: %s: got %q, renamed %q", name, w.Header().Get(name), w.Header().Get("X-Amzn-Remapped-"+name))
		}
	}
	if trace := w.Header().Get("X-Amzn-Trace-Id"); !strings.HasPrefix(trace, "Root=") {
		t.Errorf("http: trace %q", trace)
	}
	if w.Header().Get("Transfer-Encoding") != "" || w.Header().Get("X-Amzn-Remapped-Transfer-Encoding") != "" || w.Header().Get("X-Own") != "" {
		t.Errorf("http: headers that nothing sets: %v", w.Header())
	}
}
