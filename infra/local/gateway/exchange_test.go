package gateway_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

// Each exchange names the decision that it came by, even if that was made for an
// earlier request.
func TestObserveNamesTheDecision(t *testing.T) {
	t.Parallel()
	authorizer := returns(policy("Deny", "*"))
	var got []gateway.Exchange
	config := real(authorizer, returns(hello))
	config.Observe = func(e gateway.Exchange) { got = append(got, e) }
	g, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/notes", "/notes/a", "/nowhere"} {
		r := httptest.NewRequest("GET", target, nil)
		r.Header.Set("Authorization", token)
		g.ServeHTTP(httptest.NewRecorder(), r)
	}
	if len(got) != 3 || len(authorizer.ids) != 1 || authorizer.ids[0] == "" {
		t.Fatalf("got %d exchanges and the decisions %q, want 3 and one", len(got), authorizer.ids)
	}
	for i, want := range []gateway.Exchange{{Decision: authorizer.ids[0]}, {Decision: authorizer.ids[0], Cached: true}, {}} {
		if got := (gateway.Exchange{Decision: got[i].Decision, Cached: got[i].Cached}); got != want {
			t.Errorf("exchange %d: got %+v, want %+v", i, got, want)
		}
	}
}

// Err is the function's own error, not that its result is none.
func TestObserveKeepsTheFunctionsError(t *testing.T) {
	t.Parallel()
	var got gateway.Exchange
	boom := errors.New("boom")
	config := one("/a", fails(boom))
	config.Observe = func(e gateway.Exchange) { got = e }
	g, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/a", nil))
	if got.Status != 502 || !errors.Is(got.Err, boom) {
		t.Errorf("got %d with %v, want 502 with %v", got.Status, got.Err, boom)
	}
}

// A log can name who was asked and called, and how long it took.
func TestObserveNamesWhoWasCalled(t *testing.T) {
	t.Parallel()
	var got []gateway.Exchange
	config := real(allowing(), returns(hello))
	config.Observe = func(e gateway.Exchange) { got = append(got, e) }
	g, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range []string{token, token, ""} {
		r := httptest.NewRequest("GET", "/notes", nil)
		r.Header.Set("Authorization", sent)
		g.ServeHTTP(httptest.NewRecorder(), r)
	}
	for i, want := range [][3]string{{"Gate", "AuthorizerFunction", "NotesFunction"}, {"Gate", "", "NotesFunction"}, {"Gate", "", ""}} {
		if got := [3]string{got[i].Authorizer, got[i].AuthorizerCall.Name, got[i].IntegrationCall.Name}; got != want {
			t.Errorf("exchange %d: got %q, want %q", i, got, want)
		}
	}
	if e := got[0]; e.AuthorizerCall.Duration <= 0 || e.IntegrationCall.Duration <= 0 || e.AuthorizerCall.Cold || e.IntegrationCall.Cold {
		t.Errorf("got %+v and %+v, want warm calls that took time", e.AuthorizerCall, e.IntegrationCall)
	}
}

// A log can name the template of a path in place of its ids, whether the path has
// the method or not.
func TestObserveNamesTheResource(t *testing.T) {
	t.Parallel()
	var got gateway.Exchange
	config := real(allowing(), returns(hello))
	config.Observe = func(e gateway.Exchange) { got = e }
	g, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for request, want := range map[string]string{
		"GET /notes/a": "/notes/{noteid}", "PATCH /notes/a": "/notes/{noteid}", "PATCH /notes": "/notes", "GET /notes/a/b": "", "GET /nowhere": "",
	} {
		method, path, _ := strings.Cut(request, " ")
		g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
		if got.Resource != want || got.Path != path {
			t.Errorf("%s: got the resource %q of %q, want %q", request, got.Resource, got.Path, want)
		}
	}
}

// A refusal of the function's says why in a line that is safe to print; what it
// answers otherwise is no business of a log.
func TestObserveTellsTheFunctionsMessage(t *testing.T) {
	t.Parallel()
	answering := func(body string) string { return `{"statusCode":404,"body":` + body + `}` }
	for _, tt := range []struct{ rule, payload, want string }{
		{"refusal", answering(`"{\"message\":\"No such thing\"}"`), "No such thing"},
		{"failure", `{"statusCode":503,"body":"{\"message\":\"No such thing\"}"}`, "No such thing"},
		{"not a refusal", `{"statusCode":200,"body":"{\"message\":\"No such thing\"}"}`, ""},
		{"redirect", `{"statusCode":399,"body":"{\"message\":\"No such thing\"}"}`, ""},
		{"no response of a function", `null`, ""},
		{"no body", answering(`null`), ""},
		{"no JSON", answering(`"No such thing"`), ""},
		{"other member", answering(`"{\"note\":\"No such thing\"}"`), ""},
		{"member in another case", answering(`"{\"Message\":\"No such thing\"}"`), ""},
		{"no string", answering(`"{\"message\":{\"a\":1}}"`), ""},
		{"two lines", answering(`"{\"message\":\"No such\\nthing\"}"`), ""},
		{"escape sequence", answering(`"{\"message\":\"No \\u001b[2Jsuch thing\"}"`), ""},
		{"turned direction", answering(`"{\"message\":\"No \\u202esuch thing\"}"`), ""},
		{"longest", answering(`"{\"message\":\"` + strings.Repeat("a", 80) + `\"}"`), strings.Repeat("a", 80)},
		{"longer", answering(`"{\"message\":\"` + strings.Repeat("a", 81) + `\"}"`), strings.Repeat("a", 80)},
		{"longer, of two bytes each", answering(`"{\"message\":\"a` + strings.Repeat("é", 41) + `\"}"`), "a" + strings.Repeat("é", 39)},
		{"in a long body", answering(`"{\"message\":\"No such thing\",\"a\":\"` + strings.Repeat("a", 10<<10) + `\"}"`), ""},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			var got []gateway.Exchange
			config := one("/a", returns(tt.payload))
			config.Observe = func(e gateway.Exchange) { got = append(got, e) }
			g, err := gateway.New(config)
			if err != nil {
				t.Fatal(err)
			}
			g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/a", nil))
			if len(got) != 1 || got[0].Message != tt.want {
				t.Errorf("observed %+v, want the message %q", got, tt.want)
			}
		})
	}
}

// Err says what is wrong with a result without a part of it.
func TestObserveQuotesNoResult(t *testing.T) {
	t.Parallel()
	const good = `{"principalId":"alice","policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}},"context":{"a":"b"}}`
	for _, tt := range []struct{ rule, authorizer, function string }{
		{"principalId", replace(t, good, `"alice"`, `{"secret":1}`), hello},
		{"principalId twice", replace(t, good, `"alice"`, `"alice","principalId":"secret"`), hello},
		{"cut off", replace(t, good, `"b"}}`, `"secret`), hello},
		{"member of the policy", replace(t, good, `"Effect"`, `"secret":1,"Effect"`), hello},
		{"effect", replace(t, good, `"Allow"`, `"secret"`), hello},
		{"resource", replace(t, good, `"Resource":"*"`, `"Resource":"secret"`), hello},
		{"context", replace(t, good, `"b"`, `["secret"]`), hello},
		{"context twice", replace(t, good, `"b"`, `"b","a":"secret"`), hello},
		{"name in the context twice", replace(t, good, `"a":"b"`, `"secret":1,"secret":2`), hello},
		{"status", good, `{"statusCode":"secret"}`},
		{"member of the response", good, `{"secret":1}`},
		{"header", good, `{"headers":{"secret":{}}}`},
		{"no JSON", good, `secret`},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			var got []gateway.Exchange
			config := real(returns(tt.authorizer), returns(tt.function))
			config.Observe = func(e gateway.Exchange) { got = append(got, e) }
			g, err := gateway.New(config)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/notes", nil)
			r.Header.Set("Authorization", token)
			g.ServeHTTP(httptest.NewRecorder(), r)
			if len(got) != 1 || got[0].Err == nil || strings.Contains(got[0].Err.Error(), "secret") {
				t.Errorf("observed %+v, want an error that quotes nothing", got)
			}
		})
	}
}
