package tokens_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway/tokens"
)

// Each answer is a good one with a single thing changed, and the error says which.
func TestDiscoveryRefuses(t *testing.T) {
	t.Parallel()
	const good = `{"issuer":"ISSUER","jwks_uri":"http://127.0.0.1/keys"}`
	for _, tt := range []struct {
		rule, document string
		status         int
		want           string // empty: the keys are found
	}{
		{"good", good, 200, ""},
		{"another status", good, 404, "status 404"},
		{"no JSON", strings.TrimSuffix(good, "}"), 200, "status 200, or no JSON"},
		{"an issuer of another type", strings.Replace(good, `"ISSUER"`, "1", 1), 200, "status 200, or no JSON"},
		{"another issuer", strings.Replace(good, "ISSUER", "ISSUER/", 1), 200, "its issuer does not match"},
		{"no key set", strings.Replace(good, "http:", "", 1), 200, "jwks: URL"},
	} {
		var server *httptest.Server
		server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(tt.status)
			w.Write([]byte(strings.Replace(tt.document, "ISSUER", server.URL, 1)))
		}))
		defer server.Close()
		d := tokens.Discovery{Issuer: server.URL, Now: clock.At(now).Now}
		keys, err := d.Keys(t.Context())
		if (keys != nil) != (tt.want == "") || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.rule, err, tt.want)
		}
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for issuer, want := range map[string]string{gone.URL: "tokens: discovery document: cannot be reached", "http://[": "tokens: discovery document"} {
		d := tokens.Discovery{Issuer: issuer, Now: clock.At(now).Now}
		if keys, err := d.Keys(t.Context()); keys != nil || err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", issuer, err, want)
		}
	}
}
