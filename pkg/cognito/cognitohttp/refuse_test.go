package cognitohttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitohttp"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

const welcome = "hello, aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"

// Each refusal changes one thing of a request that passes.
func TestRefusals(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	good := []cognitotest.Edit{cognitotest.WithScopes("orders/read", "orders/write", "other"), cognitotest.InGroups("admins", "ops")}
	bearer := func(edit ...cognitotest.Edit) []string { return []string{site.bearer(t, append(good, edit...)...)} }
	bad := func(reason string) string { return `Bearer error="invalid_token", error_description="` + reason + `"` }
	tests := []struct {
		rule      string
		headers   []string
		status    int
		challenge string
		reason    cognito.Reason
		want      error
	}{
		{"no token", nil, 401, `Bearer`, cognito.ReasonMissingToken, cognito.ErrMissingToken},
		{"empty header", []string{""}, 401, `Bearer`, cognito.ReasonMissingToken, cognito.ErrMissingToken},
		{"scheme alone", []string{"Bearer "}, 401, `Bearer`, cognito.ReasonMissingToken, cognito.ErrMissingToken},
		{"another scheme", []string{"Basic YTpi"}, 401, `Bearer`, cognito.ReasonMalformed, cognito.ErrMalformed},
		{"no token, but Bearer", []string{"bearer YTpi"}, 401, bad("malformed"), cognito.ReasonMalformed, cognito.ErrMalformed},
		{"neither scheme nor token", []string{"YTpi"}, 401, bad("malformed"), cognito.ReasonMalformed, cognito.ErrMalformed},
		{"expired", bearer(cognitotest.Expired), 401, bad("expired"), cognito.ReasonExpired, cognito.ErrExpired},
		{"another app client", bearer(cognitotest.ForClient("another")), 401, bad("wrong_client"), cognito.ReasonClient, cognito.ErrClient},
		{"something after the token", []string{bearer()[0] + "x"}, 401, bad("malformed"), cognito.ReasonMalformed, cognito.ErrMalformed},
		{"two headers", []string{bearer()[0], bearer()[0]}, 400, `Bearer error="invalid_request", error_description="malformed"`, cognito.ReasonMalformed, cognitohttp.ErrSeveral},
		{"a good header, then an empty one", []string{bearer()[0], ""}, 400, `Bearer error="invalid_request", error_description="malformed"`, cognito.ReasonMalformed, cognitohttp.ErrSeveral},
		{"two tokens in one header", []string{bearer()[0] + ", " + bearer()[0]}, 401, bad("malformed"), cognito.ReasonMalformed, cognito.ErrMalformed},
		{"no scope", bearer(cognitotest.WithoutClaim("scope")), 403,
			`Bearer error="insufficient_scope", error_description="insufficient_scope", scope="orders/read orders/write"`, cognito.ReasonScope, cognito.ErrScope},
		{"one scope of two", bearer(cognitotest.WithScopes("orders/read")), 403,
			`Bearer error="insufficient_scope", error_description="insufficient_scope", scope="orders/read orders/write"`, cognito.ReasonScope, cognito.ErrScope},
		{"the other scope of two", bearer(cognitotest.WithScopes("orders/write", "orders/reader")), 403,
			`Bearer error="insufficient_scope", error_description="insufficient_scope", scope="orders/read orders/write"`, cognito.ReasonScope, cognito.ErrScope},
		{"no group", bearer(cognitotest.WithoutClaim("cognito:groups")), 403,
			`Bearer error="insufficient_scope", error_description="insufficient_group"`, cognito.ReasonGroup, cognito.ErrGroup},
		{"other groups", bearer(cognitotest.InGroups("admin", "dev")), 403,
			`Bearer error="insufficient_scope", error_description="insufficient_group"`, cognito.ReasonGroup, cognito.ErrGroup},
	}
	auth := site.auth()
	handler := auth.Require("orders/read", "orders/write")(auth.RequireGroup("ops", "root")(hello))
	for _, tt := range tests {
		if w := ask(t, handler, bearer()...); w.Code != 200 || w.Body.String() != welcome || len(site.refusals) != 0 {
			t.Fatalf("%s: the good token: got %d %s, and refusals %v", tt.rule, w.Code, w.Body, site.refusals)
		}
		w := ask(t, handler, tt.headers...)
		want := http.Header{"Www-Authenticate": {tt.challenge}, "Content-Type": {"application/json"}, "Cache-Control": {"no-store"}}
		if diff := cmp.Diff(want, w.Header()); w.Code != tt.status || diff != "" {
			t.Errorf("%s: got status %d, want %d, headers (-want +got):\n%s", tt.rule, w.Code, tt.status, diff)
		}
		if got, want := w.Body.String(), `{"message":"`+http.StatusText(tt.status)+`"}`; got != want {
			t.Errorf("%s: got body %s, want %s", tt.rule, got, want)
		}
		if len(site.refusals) != 1 {
			t.Fatalf("%s: the hook was called %d times, want once", tt.rule, len(site.refusals))
		}
		got := site.refusals[0]
		if got.Status != tt.status || got.Reason != tt.reason || !errors.Is(got.Err, tt.want) {
			t.Errorf("%s: the hook got %+v, want status %d, reason %s and error %v", tt.rule, got, tt.status, tt.reason, tt.want)
		}
		if known := tt.status == 403; known != (got.Claims != nil) {
			t.Errorf("%s: the hook got claims %v", tt.rule, got.Claims)
		}
		site.refusals = nil
	}
}

// An outage is no one's fault: the client may keep its token and come back.
func TestUndecided(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	site.Fail(http.StatusServiceUnavailable)
	w := ask(t, site.auth().Require()(hello), site.bearer(t))
	want := http.Header{"Retry-After": {"5"}, "Content-Type": {"application/json"}, "Cache-Control": {"no-store"}}
	if diff := cmp.Diff(want, w.Header()); w.Code != 503 || diff != "" || w.Body.String() != `{"message":"Service Unavailable"}` {
		t.Errorf("got status %d %s, want 503, headers (-want +got):\n%s", w.Code, w.Body, diff)
	}
	if len(site.refusals) != 1 || site.refusals[0].Reason != cognito.ReasonKeysUnavailable {
		t.Errorf("the hook got %+v", site.refusals)
	}
}

// What the verifier itself requires is refused in the same way.
func TestVerifiersOwnRequirements(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	for rule, cfg := range map[string]cognito.Config{
		"insufficient_scope": {RequiredScopes: []string{"orders/read"}},
		"insufficient_group": {RequiredGroups: []string{"ops"}},
	} {
		cfg.Pools, cfg.ClientIDs, cfg.Now = []cognito.UserPool{site.UserPool}, []string{cognitotest.ClientID}, func() time.Time { return at }
		var err error
		if site.verifier, err = cognito.NewVerifier(cfg); err != nil {
			t.Fatal(err)
		}
		site.refusals = nil
		w := ask(t, site.auth().Require()(hello), site.bearer(t))
		if got, want := w.Header().Get("WWW-Authenticate"), `Bearer error="insufficient_scope", error_description="`+rule+`"`; w.Code != 403 || got != want {
			t.Errorf("%s: got %d, %s, want 403, %s", rule, w.Code, got, want)
		}
		if len(site.refusals) != 1 || site.refusals[0].Claims == nil {
			t.Errorf("%s: the hook got %+v, want the claims", rule, site.refusals)
		}
	}
}

// A middleware without a verifier, and one whose verifier is at fault, let nobody
// through, whether or not a token is optional.
func TestNobodyPassesByDefect(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	verifies := func(claims *cognito.Claims, err error) cognitohttp.Verifier {
		return verifierFunc(func(context.Context, string) (*cognito.Claims, error) { return claims, err })
	}
	good := &cognito.Claims{Subject: "ann", Groups: []string{"ops"}}
	if w := ask(t, cognitohttp.New(verifies(good, nil)).RequireGroup("ops")(hello), site.bearer(t)); w.Code != 200 {
		t.Fatalf("good claims: got %d", w.Code)
	}
	for rule, m := range map[string]*cognitohttp.Middleware{
		"zero value":            {},
		"no verifier":           cognitohttp.New(nil),
		"no claims":             cognitohttp.New(verifies(nil, nil)),
		"no subject":            cognitohttp.New(verifies(&cognito.Claims{Groups: []string{"ops"}}, nil)),
		"an error of no reason": cognitohttp.New(verifies(good, errors.New("out of order"))),
	} {
		for layer, wrap := range map[string]func(http.Handler) http.Handler{"Require": m.Require(), "RequireGroup": m.RequireGroup("ops"), "Optional": m.Optional()} {
			w := ask(t, wrap(hello), site.bearer(t))
			if w.Code != 500 || w.Body.String() != `{"message":"Internal Server Error"}` || w.Header().Get("WWW-Authenticate") != "" {
				t.Errorf("%s, %s: got %d %s", rule, layer, w.Code, w.Body)
			}
		}
	}
	for rule, m := range map[string]*cognitohttp.Middleware{"zero value": {}, "no verifier": cognitohttp.New(nil)} {
		if w := ask(t, m.Optional()(hello)); w.Code != 500 {
			t.Errorf("%s, Optional without a token: got %d, want 500", rule, w.Code)
		}
	}
}

// No answer and no error that the hook gets holds a part of what was sent.
func TestNothingIsQuoted(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	auth := site.auth()
	for _, sent := range [][]string{{"Bearer SECRET"}, {"SECRET"}, {"SECRET x"}, {"Bearer SECRET.SECRET.SECRET"}, {"SECRET", "SECRET"}, {site.bearer(t, cognitotest.ForClient("SECRET"))}} {
		w := ask(t, auth.Require()(hello), sent...)
		if said := fmt.Sprint(w.Code, w.Header(), w.Body); strings.Contains(said, "SECRET") || w.Code == 200 {
			t.Errorf("%v: got %s", sent, said)
		}
	}
	for _, refusal := range site.refusals {
		if strings.Contains(fmt.Sprintf("%+v", refusal), "SECRET") {
			t.Errorf("the hook got %+v", refusal)
		}
	}
}
