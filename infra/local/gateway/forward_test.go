package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

// A backend answers with what it was asked.
func backend(t *testing.T) (url string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Server", "backend")
		w.Header().Set("X-Size", "7")
		if r.URL.Path == "/moved" {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusFound)
		}
		if strings.HasPrefix(r.URL.Path, "/missing") {
			w.WriteHeader(http.StatusNotFound)
		}
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
		}
		fmt.Fprintf(w, "%s %s a=%s b=%s cookie=%s type=%s body=%s", r.Method, r.URL.RequestURI(), r.Header.Get("A"), r.Header.Get("B"), r.Header.Get("Cookie"), r.Header.Get("Content-Type"), body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// forwarding is an API of one route, /x/{id}/{proxy+}, with the members of its
// integration.
func forwarding(t *testing.T, kind api.Kind, integration string) *gateway.Gateway {
	t.Helper()
	const definition = `openapi: 3.0.1
info: {title: t, version: "1"}
paths:
  /x/{id}/{proxy+}:
    x-amazon-apigateway-any-method:
      responses: {default: {description: ok}}
      x-amazon-apigateway-integration: %s
`
	g, err := gateway.New(gateway.Config{Kind: kind, Definition: []byte(fmt.Sprintf(definition, integration)), Stage: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func ask(g *gateway.Gateway, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

func TestRESTForward(t *testing.T) {
	t.Parallel()
	url := backend(t)
	const mappings = `requestParameters: {integration.request.path.p: method.request.path.proxy, integration.request.header.B: "'fixed'",
        integration.request.querystring.id: method.request.path.id, integration.request.header.A: method.request.header.X}`
	for name, tt := range map[string]struct {
		integration string
		status      int
		body        string
		header      map[string]string
	}{
		"http_proxy hands everything on": {`{type: http_proxy, httpMethod: ANY, uri: "` + url + `/to/{p}", ` + mappings + `}`,
			200, "POST /to/a/b?q=1&q=2&id=7 a=x b=fixed cookie=c=1 type=text/csv body=hello", map[string]string{"X-Size": "7", "X-Amzn-Remapped-Server": "backend", "Content-Type": "text/plain"}},
		"http hands on what is mapped": {`{type: http, httpMethod: PUT, uri: "` + url + `/to/{p}", responses: {default: {statusCode: 201}}, ` + mappings + `}`,
			201, "PUT /to/a/b?id=7 a=x b=fixed cookie= type=text/csv body=hello", map[string]string{"X-Size": "", "X-Amzn-Remapped-Server": ""}},
		"the context and the stage": {`{type: http_proxy, httpMethod: GET, uri: "` + url + `/", requestParameters: {integration.request.header.A: context.stage, integration.request.header.B: context.identity.sourceIp}}`,
			200, "GET /?q=1&q=2 a=prod b=192.0.2.1 cookie=c=1 type=text/csv body=hello", nil},
		"http maps the status": {`{type: http, httpMethod: GET, uri: "` + url + `/missing", responses: {default: {statusCode: 200}, "4\\d\\d": {statusCode: 410, responseParameters: {method.response.header.N: integration.response.header.X-Size, method.response.header.M: "'m'"}}}}`,
			410, "GET /missing a= b= cookie= type=text/csv body=hello", map[string]string{"N": "7", "M": "m"}},
		"the default by an empty pattern": {`{type: http, httpMethod: GET, uri: "` + url + `/", responses: {"": {statusCode: 201}}}`,
			201, "GET / a= b= cookie= type=text/csv body=hello", nil},
		"http without a response for the status": {`{type: http, httpMethod: GET, uri: "` + url + `/missing", responses: {"2\\d\\d": {statusCode: 200}}}`,
			500, `{"message": "Internal server error"}`, nil},
		"a redirection is the client's": {`{type: http_proxy, httpMethod: GET, uri: "` + url + `/moved"}`,
			302, "GET /moved?q=1&q=2 a= b= cookie=c=1 type=text/csv body=hello", map[string]string{"Location": "/elsewhere"}},
		"a host that is none": {`{type: http_proxy, httpMethod: GET, uri: "http://{host}/", requestParameters: {integration.request.path.host: "'a b'"}}`,
			500, `{"message": "Internal server error"}`, nil},
		"nobody answers":  {`{type: http_proxy, httpMethod: GET, uri: "http://127.0.0.1:1/"}`, 500, `{"message": "Internal server error"}`, nil},
		"an answer never": {`{type: http_proxy, httpMethod: GET, uri: "` + url + `/slow", timeoutInMillis: 50}`, 504, `{"message": "Endpoint request timed out"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ask(forwarding(t, api.REST, tt.integration), "POST", "/x/7/a/b?q=1&q=2", "hello", "X", "x", "Cookie", "c=1", "Content-Type", "text/csv")
			if got := strings.ReplaceAll(w.Body.String(), `":"`, `": "`); w.Code != tt.status || got != tt.body {
				t.Errorf("got %d %s, want %d %s", w.Code, got, tt.status, tt.body)
			}
			for name, want := range tt.header {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestHTTPForward(t *testing.T) {
	t.Parallel()
	url := backend(t)
	for name, tt := range map[string]struct {
		integration, body string
		status            int
	}{
		"everything":        {`{type: http_proxy, httpMethod: ANY, uri: "` + url + `/to/{proxy}", payloadFormatVersion: "1.0"}`, "POST /to/a%20c/b?q=1&q=2 a= b= cookie=c=1 type=text/csv body=hello", 200},
		"another method":    {`{type: http_proxy, httpMethod: GET, uri: "` + url + `/{id}", payloadFormatVersion: "1.0"}`, "GET /7?q=1&q=2 a= b= cookie=c=1 type=text/csv body=hello", 200},
		"parameter mapping": {`{type: http_proxy, httpMethod: GET, uri: "` + url + `/", payloadFormatVersion: "1.0", requestParameters: {overwrite:path: /other/$request.path.id, "overwrite:header.A": $request.header.X, "remove:querystring.q": ""}, responseParameters: {"200": {overwrite:statuscode: "202"}}}`, "GET /other/7 a=x b= cookie=c=1 type=text/csv body=hello", 202},
		"nobody answers":    {`{type: http_proxy, httpMethod: GET, uri: "http://127.0.0.1:1/", payloadFormatVersion: "1.0"}`, `{"message":"Service Unavailable"}`, 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ask(forwarding(t, api.HTTP, tt.integration), "POST", "/prod/x/7/a%20c/b?q=1&q=2", "hello", "X", "x", "Cookie", "c=1", "Content-Type", "text/csv")
			if w.Code == http.StatusNotFound { // the stage is no part of the path here
				w = ask(forwarding(t, api.HTTP, tt.integration), "POST", "/x/7/a%20c/b?q=1&q=2", "hello", "X", "x", "Cookie", "c=1", "Content-Type", "text/csv")
			}
			if got := w.Body.String(); w.Code != tt.status || got != tt.body {
				t.Errorf("got %d %s, want %d %s", w.Code, got, tt.status, tt.body)
			}
		})
	}
}

// A log shows that the backend answered.
func TestObserveForward(t *testing.T) {
	t.Parallel()
	var got gateway.Exchange
	g := forwarding(t, api.REST, `{type: http_proxy, httpMethod: GET, uri: "`+backend(t)+`/missing"}`)
	g.Observe = func(e gateway.Exchange) { got = e }
	ask(g, "GET", "/x/1/y", "")
	if got.Layer != gateway.LayerBackend || got.Status != 404 {
		t.Errorf("got %s %d, want backend 404", got.Layer, got.Status)
	}
}

func TestForwardRefuses(t *testing.T) {
	t.Parallel()
	const definition = `openapi: 3.0.1
info: {title: t, version: "1"}
paths:
  /x:
    get:
      responses: {default: {description: ok}}
      x-amazon-apigateway-integration: `
	for name, tt := range map[string]struct{ integration, says string }{
		"no URL":             {`{type: http_proxy, httpMethod: GET, uri: backend}`, "not the URL"},
		"no host":            {`{type: http_proxy, httpMethod: GET, uri: "http:///x"}`, "not the URL"},
		"a port of words":    {`{type: http_proxy, httpMethod: GET, uri: "http://b:x/"}`, "not the URL"},
		"status of words":    {`{type: http, httpMethod: GET, uri: "http://b/", responses: {default: {statusCode: x}}}`, "statusCode"},
		"status too small":   {`{type: http, httpMethod: GET, uri: "http://b/", responses: {default: {statusCode: 99}}}`, "statusCode"},
		"status too great":   {`{type: http, httpMethod: GET, uri: "http://b/", responses: {default: {statusCode: 600}}}`, "statusCode"},
		"mapping to a body":  {`{type: http, httpMethod: GET, uri: "http://b/", requestParameters: {integration.request.body.A: "'x'"}}`, "parameter mapping of integration.request.body.A"},
		"response's body":    {`{type: http, httpMethod: GET, uri: "http://b/", responses: {default: {statusCode: 200, responseParameters: {method.response.body.A: "'x'"}}}}`, "parameter mapping of method.response.body.A"},
		"of response's body": {`{type: http, httpMethod: GET, uri: "http://b/", responses: {default: {statusCode: 200, responseParameters: {method.response.header.A: integration.response.body.a}}}}`, "parameter mapping of method.response.header.A"},
		"text of one quote":  {`{type: http, httpMethod: GET, uri: "http://b/", requestParameters: {integration.request.header.A: "'"}}`, "parameter mapping"},
		"text without end":   {`{type: http, httpMethod: GET, uri: "http://b/", requestParameters: {integration.request.header.A: "'x"}}`, "parameter mapping"},
		"text without start": {`{type: http, httpMethod: GET, uri: "http://b/", requestParameters: {integration.request.header.A: "x'"}}`, "parameter mapping"},
		"another scheme":     {`{type: http_proxy, httpMethod: GET, uri: "ftp://backend/"}`, "not the URL"},
		"VTL of a request":   {`{type: http, httpMethod: GET, uri: "http://b/", requestTemplates: {application/json: "{}"}}`, "VTL"},
		"VTL of a response":  {`{type: http, httpMethod: GET, uri: "http://b/", responses: {default: {statusCode: 200, responseTemplates: {application/json: "x"}}}}`, "VTL"},
		"mapping of nothing": {`{type: http, httpMethod: GET, uri: "http://b/", requestParameters: {integration.request.header.: "'a'"}}`, "parameter mapping"},
		"mapping of a body":  {`{type: http, httpMethod: GET, uri: "http://b/", requestParameters: {integration.request.header.A: method.request.body.a}}`, "parameter mapping"},
		"expression that is": {`{type: http, httpMethod: GET, uri: "http://b/", responses: {"(?=a)": {statusCode: 200}}}`, "selection pattern"},
	} {
		_, err := gateway.New(gateway.Config{Definition: []byte(definition + tt.integration + "\n")})
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want %s", name, err, tt.says)
		}
	}
	for name, integration := range map[string]string{
		"plain":        `{type: http, httpMethod: GET, uri: "http://b/"}`,
		"TLS":          `{type: http, httpMethod: GET, uri: "https://b/"}`,
		"least status": `{type: http, httpMethod: GET, uri: "http://b/", responses: {default: {statusCode: 100}}}`,
		"last status":  `{type: http, httpMethod: GET, uri: "http://b/", responses: {default: {statusCode: 599}}}`,
		"empty text":   `{type: http, httpMethod: GET, uri: "http://b/", requestParameters: {integration.request.header.A: "''"}}`,
	} {
		if _, err := gateway.New(gateway.Config{Definition: []byte(definition + integration + "\n")}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
