package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
)

const hello = `{"statusCode":200,"headers":null,"multiValueHeaders":null,"body":"hello"}`

// What each layer of the deployed definition says, to the letter.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const note = `{"noteid":"a","note":"b"}`
	type want struct {
		status int
		body   string
		kind   string // x-amzn-ErrorType
		layer  gateway.Layer
		auth   int // calls of the authorizer
		notes  int // calls of the function
	}
	tests := []struct {
		rule                 string
		authorizer, function *fake
		method, target, body string
		headers              []string
		want                 want
	}{
		{"a good request", allowing(), returns(hello), "GET", "/notes", "", []string{"Authorization: " + token},
			want{200, "hello", "", gateway.LayerFunction, 1, 1}},
		{"a bare token", allowing(), returns(hello), "GET", "/notes", "", []string{"Authorization: aaa.bbb.ccc"},
			want{200, "hello", "", gateway.LayerFunction, 1, 1}},
		{"a good body", allowing(), returns(hello), "POST", "/notes", note, []string{"Authorization: " + token},
			want{200, "hello", "", gateway.LayerFunction, 1, 1}},
		{"unknown path, no token", allowing(), returns(hello), "GET", "/nowhere", "", nil,
			want{403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException", gateway.LayerGateway, 0, 0}},
		{"wrong method, no token", allowing(), returns(hello), "PATCH", "/notes", "", nil,
			want{403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException", gateway.LayerGateway, 0, 0}},
		{"unknown path with a token", allowing(), returns(hello), "GET", "/nowhere", "", []string{"Authorization: " + token},
			want{403, `{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'paIt5hlvxXBfnEfmekR4SEECsQLepsyCtosi/nqEp5I='."}`, "IncompleteSignatureException", gateway.LayerGateway, 0, 0}},
		{"no token", allowing(), returns(hello), "GET", "/notes", "", nil,
			want{401, `{"message":"Unauthorized"}`, "UnauthorizedException", gateway.LayerGateway, 0, 0}},
		{"empty token", allowing(), returns(hello), "GET", "/notes", "", []string{"Authorization: "},
			want{401, `{"message":"Unauthorized"}`, "UnauthorizedException", gateway.LayerGateway, 0, 0}},
		{"token in the wrong shape", allowing(), returns(hello), "GET", "/notes", "", []string{"Authorization: Bearer aaa.bbb"},
			want{401, `{"message":"Unauthorized"}`, "UnauthorizedException", gateway.LayerGateway, 0, 0}},
		{"Unauthorized", fails(errors.New("Unauthorized")), returns(hello), "GET", "/notes", "", []string{"Authorization: " + token},
			want{401, `{"message":"Unauthorized"}`, "UnauthorizedException", gateway.LayerAuthorizer, 1, 0}},
		{"Unauthorized with a reason", fails(errors.New("Unauthorized: expired")), returns(hello), "GET", "/notes", "", []string{"Authorization: " + token},
			want{500, `{"message":null}`, "AuthorizerConfigurationException", gateway.LayerAuthorizer, 1, 0}},
		{"unauthorized in another case", fails(errors.New("unauthorized")), returns(hello), "GET", "/notes", "", []string{"Authorization: " + token},
			want{500, `{"message":null}`, "AuthorizerConfigurationException", gateway.LayerAuthorizer, 1, 0}},
		{"authorizer panics", &fake{answer: func(context.Context, []byte) ([]byte, error) { panic("boom") }}, returns(hello), "GET", "/notes", "", []string{"Authorization: " + token},
			want{500, `{"message":null}`, "AuthorizerConfigurationException", gateway.LayerAuthorizer, 1, 0}},
		{"explicit deny", returns(policy("Deny", stage+"/*")), returns(hello), "GET", "/notes", "", []string{"Authorization: " + token},
			want{403, `{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}`, "AccessDeniedException", gateway.LayerAuthorizer, 1, 0}},
		{"implicit deny", returns(policy("Allow", stage+"/POST/*")), returns(hello), "GET", "/notes", "", []string{"Authorization: " + token},
			want{403, `{"Message":"User is not authorized to access this resource"}`, "AccessDeniedException", gateway.LayerAuthorizer, 1, 0}},
		{"body without a member", allowing(), returns(hello), "POST", "/notes", `{"noteid":"a"}`, []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [object has missing required properties ([\"note\"])]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"body with two faults", allowing(), returns(hello), "POST", "/notes", `{"noteid":"","note":"b","x":1}`, []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [object instance has properties which are not allowed by the schema: [\"x\"], string \"\" is too short (length: 0, required minimum: 1)]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"body without any member", allowing(), returns(hello), "POST", "/notes", `{"y":1,"x":1}`, []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [object has missing required properties ([\"note\",\"noteid\"]), object instance has properties which are not allowed by the schema: [\"x\",\"y\"]]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"body with members of other types", allowing(), returns(hello), "POST", "/notes", `{"noteid":1,"note":null}`, []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [instance type (integer) does not match any allowed primitive type (allowed: [\"string\"]), instance type (null) does not match any allowed primitive type (allowed: [\"string\"])]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"body of another type", allowing(), returns(hello), "POST", "/notes", `[1.5]`, []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [instance type (array) does not match any allowed primitive type (allowed: [\"object\"])]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"body with a long noteid", allowing(), returns(hello), "POST", "/notes", `{"noteid":"` + strings.Repeat("é", 257) + `","note":"b"}`, []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [string \"` + strings.Repeat("é", 32) + `\" is too long (length: 257, maximum allowed: 256)]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"no body", allowing(), returns(hello), "PUT", "/notes/a", "", []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [object has missing required properties ([\"note\"])]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"body that is no JSON", allowing(), returns(hello), "PUT", "/notes/a", "note", []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [the body is not JSON]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"body that is no UTF-8", allowing(), returns(hello), "PUT", "/notes/a", "{\"note\":\"\xff\"}", []string{"Authorization: " + token},
			want{400, `{"message":"Invalid request body: [the body is not JSON]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"bad body under another content type", allowing(), returns(hello), "PUT", "/notes/a", `{}`, []string{"Authorization: " + token, "Content-Type: text/plain"},
			want{400, `{"message":"Invalid request body: [object has missing required properties ([\"note\"])]` + wantedBody + `"}`, "BadRequestException", gateway.LayerValidator, 1, 0}},
		{"bad token on a bad body", fails(errors.New("Unauthorized")), returns(hello), "POST", "/notes", `{}`, []string{"Authorization: " + token},
			want{401, `{"message":"Unauthorized"}`, "UnauthorizedException", gateway.LayerAuthorizer, 1, 0}},
		{"function fails", allowing(), fails(errors.New("boom")), "GET", "/notes", "", []string{"Authorization: " + token},
			want{502, `{"message":"Internal server error"}`, "InternalServerErrorException", gateway.LayerFunction, 1, 1}},
		{"function panics", allowing(), &fake{answer: func(context.Context, []byte) ([]byte, error) { panic("boom") }}, "GET", "/notes", "", []string{"Authorization: " + token},
			want{502, `{"message":"Internal server error"}`, "InternalServerErrorException", gateway.LayerFunction, 1, 1}},
		{"path too long", allowing(), returns(hello), "GET", "/notes/" + strings.Repeat("a", 1600), "", []string{"Authorization: " + token},
			want{414, `{"message":"Request URI too long"}`, "RequestUriTooLongException", gateway.LayerGateway, 0, 0}},
		{"headers too large", allowing(), returns(hello), "GET", "/notes", "", []string{"Authorization: " + token, "X-Long: " + strings.Repeat("a", 10240)},
			want{431, `{"message":"Request Header Fields Too Large"}`, "RequestHeaderFieldsTooLargeException", gateway.LayerGateway, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			s := serve(t, real(tt.authorizer, tt.function))
			got := s.do(t, tt.method, tt.target, tt.body, tt.headers...)
			if got.status != tt.want.status || got.body != tt.want.body {
				t.Errorf("got %d %s\nwant %d %s", got.status, got.body, tt.want.status, tt.want.body)
			}
			if kind := got.header.Get("X-Amzn-ErrorType"); kind != tt.want.kind {
				t.Errorf("X-Amzn-ErrorType %q, want %q", kind, tt.want.kind)
			}
			if got.header.Get("X-Amzn-RequestId") == "" || got.header.Get("X-Amz-Apigw-Id") == "" {
				t.Errorf("no request ids in %v", got.header)
			}
			if kind := got.header.Get("Content-Type"); kind != "application/json" {
				t.Errorf("Content-Type %q, want application/json", kind)
			}
			if n := tt.authorizer.calls(); n != tt.want.auth {
				t.Errorf("authorizer called %d times, want %d", n, tt.want.auth)
			}
			if n := tt.function.calls(); n != tt.want.notes {
				t.Errorf("function called %d times, want %d", n, tt.want.notes)
			}
		})
	}
}

// Observe sees who answered, without a word of the request's secrets.
func TestObserve(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rule       string
		authorizer *fake
		headers    []string
		want       gateway.Exchange
	}{
		{"the function", allowing(), []string{"Authorization: " + token}, gateway.Exchange{Status: 200, Layer: gateway.LayerFunction}},
		{"no token", allowing(), nil, gateway.Exchange{Status: 401, Layer: gateway.LayerGateway, Response: "UNAUTHORIZED"}},
		{"the authorizer", fails(errors.New("Unauthorized")), []string{"Authorization: " + token}, gateway.Exchange{Status: 401, Layer: gateway.LayerAuthorizer, Response: "UNAUTHORIZED"}},
		{"denied", returns(policy("Deny", "*")), []string{"Authorization: " + token}, gateway.Exchange{Status: 403, Layer: gateway.LayerAuthorizer, Response: "ACCESS_DENIED"}},
		{"the authorizer failed", fails(context.Canceled), []string{"Authorization: " + token}, gateway.Exchange{Status: 500, Layer: gateway.LayerAuthorizer, Response: "AUTHORIZER_CONFIGURATION_ERROR", Err: context.Canceled}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			var got []gateway.Exchange
			config := real(tt.authorizer, returns(hello))
			config.Now = clock.At(start).Now
			config.Observe = func(e gateway.Exchange) { got = append(got, e) }
			g, err := gateway.New(config)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/notes/a?secret=1", nil)
			for _, h := range tt.headers {
				name, value, _ := strings.Cut(h, ": ")
				r.Header.Set(name, value)
			}
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			want := tt.want
			for name, values := range w.Result().Header {
				if strings.EqualFold(name, "X-Amzn-RequestId") {
					want.RequestID = values[0]
				}
			}
			want.Method, want.Path, want.Resource = "GET", "/notes/a", "/notes/{noteid}"
			if len(tt.authorizer.ids) > 0 {
				want.Decision = tt.authorizer.ids[0]
			}
			want.Authorizer = "Gate"
			for i := range got {
				got[i].AuthorizerCall, got[i].IntegrationCall = gateway.FunctionCall{}, gateway.FunctionCall{} // see TestObserveNamesWhoWasCalled
			}
			if len(got) != 1 || got[0] != want {
				t.Errorf("observed %+v, want %+v", got, want)
			}
		})
	}
}

// The browser learns the status only if the gateway's own answers carry CORS.
func TestGatewayResponseHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, real(fails(errors.New("boom")), returns(hello)))
	for rule, tt := range map[string]struct {
		got    reply
		status int
	}{
		"unauthorized":                  {s.do(t, "GET", "/notes", ""), 401},
		"no route":                      {s.do(t, "GET", "/nowhere", ""), 403},
		"authorizer":                    {s.do(t, "GET", "/notes", "", "Authorization: "+token), 500},
		"preflight of no known content": {s.do(t, "OPTIONS", "/notes", "x", "Content-Type: text/plain"), 500},
	} {
		if o := tt.got.header.Get("Access-Control-Allow-Origin"); o != origin || tt.got.status != tt.status {
			t.Errorf("%s: %d for origin %q, want %d for %q", rule, tt.got.status, o, tt.status, origin)
		}
	}
	if got := s.do(t, "GET", "/notes", "").header.Get("Www-Authenticate"); got != "Bearer" {
		t.Errorf("WWW-Authenticate %q, want Bearer", got)
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	authorizer, notes := allowing(), returns(hello)
	s := serve(t, real(authorizer, notes))
	for target, methods := range map[string]string{"/notes": "GET,POST,OPTIONS", "/notes/a": "GET,PUT,DELETE,OPTIONS"} {
		got := s.do(t, "OPTIONS", target, "", "Origin: "+origin, "Access-Control-Request-Method: PUT")
		if got.status != http.StatusNoContent || got.body != "" {
			t.Errorf("%s: %d %q, want 204 without a body", target, got.status, got.body)
		}
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin":  origin,
			"Access-Control-Allow-Methods": methods,
			"Access-Control-Allow-Headers": "Authorization,Content-Type,If-Match,X-Amzn-Trace-Id,traceparent,tracestate",
		} {
			if got := got.header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", target, name, got, want)
			}
		}
	}
	if authorizer.calls()+notes.calls() != 0 {
		t.Error("a preflight called a function")
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	stuck := func() *fake {
		return &fake{answer: func(ctx context.Context, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
	}
	tests := []struct {
		rule                 string
		authorizer, function *fake
		after                time.Duration
		status               int
		body                 string
	}{
		{"authorizer", stuck(), returns(hello), 10 * time.Second, 500, `{"message":null}`},
		{"function", allowing(), stuck(), 29 * time.Second, 504, `{"message":"Endpoint request timed out"}`},
		{"neither", allowing(), returns(hello), 0, 200, "hello"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g, err := gateway.New(real(tt.authorizer, tt.function))
				if err != nil {
					t.Fatal(err)
				}
				r := httptest.NewRequest("GET", "/notes", nil)
				r.Header.Set("Authorization", token)
				w := httptest.NewRecorder()
				start := time.Now()
				g.ServeHTTP(w, r)
				if w.Code != tt.status || w.Body.String() != tt.body {
					t.Errorf("got %d %s, want %d %s", w.Code, w.Body, tt.status, tt.body)
				}
				if got := time.Since(start); got != tt.after {
					t.Errorf("answered after %v, want %v", got, tt.after)
				}
			})
		})
	}
}

// An integration may ask for less than the 29 seconds.
func TestTimeoutOfOneIntegration(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		config := one("/a", &fake{answer: func(ctx context.Context, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		config.Definition = []byte(replace(t, string(config.Definition), "type: aws_proxy", "type: aws_proxy\n        timeoutInMillis: 1500"))
		g, err := gateway.New(config)
		if err != nil {
			t.Fatal(err)
		}
		w, start := httptest.NewRecorder(), time.Now()
		g.ServeHTTP(w, httptest.NewRequest("GET", "/a", nil))
		if got := time.Since(start); w.Code != 504 || got != 1500*time.Millisecond {
			t.Errorf("got %d after %v, want 504 after 1.5s", w.Code, got)
		}
	})
}

// A client that goes away does not stop a function that is writing.
func TestClientGone(t *testing.T) {
	t.Parallel()
	var seen error
	f := &fake{answer: func(ctx context.Context, _ []byte) ([]byte, error) {
		seen = ctx.Err()
		return []byte(hello), nil
	}}
	g, err := gateway.New(one("/a", f))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequest("GET", "/a", nil).WithContext(ctx))
	if w.Code != 200 || seen != nil {
		t.Errorf("got %d, the function's context %v; want 200 and no error", w.Code, seen)
	}
}

// Many clients at once each get the answer to their own question.
func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	echo := &fake{answer: func(_ context.Context, event []byte) ([]byte, error) {
		var e struct {
			PathParameters map[string]string `json:"pathParameters"`
		}
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, err
		}
		return json.Marshal(map[string]any{"body": e.PathParameters["noteid"]})
	}}
	g, err := gateway.New(real(allowing(), echo))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			id := strconv.Itoa(i)
			r := httptest.NewRequest("GET", "/notes/"+id, nil)
			r.Header.Set("Authorization", "Bearer a.b."+strconv.Itoa(i%5))
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			if w.Code != 200 || w.Body.String() != id {
				t.Errorf("note %s: %d %s", id, w.Code, w.Body)
			}
		})
	}
	group.Wait()
}

// wantedBody is how the definition ends the answer to a body that does not fit.
const wantedBody = "; want note, a string of 1 to 307200 bytes, for a new note also noteid, a string of 1 to 256 bytes, and nothing else"
