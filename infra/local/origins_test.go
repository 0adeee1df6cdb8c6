package main_test

import (
	"strings"
	"testing"
)

// Each origin of the list reads the answers, of the API, the gateway and the
// preflight, and no other does.
func TestSeveralOrigins(t *testing.T) {
	t.Parallel()
	const first, second = "http://localhost:5173", "https://app.example.com"
	s := start(t, t.TempDir(), "ALLOWED_ORIGIN="+first+", "+second)
	token := *s.demo(t).AccessToken
	for rule, row := range map[string]struct{ origin, want string }{
		"first":   {first, first},
		"second":  {second, second},
		"another": {"https://evil.example.com", first},
		"none":    {"", first},
	} {
		var header []string
		if row.origin != "" {
			header = []string{"Origin", row.origin}
		}
		for name, got := range map[string]answer{
			"answer":    s.request(t, token, "GET", "/notes", "", header...),
			"refusal":   s.request(t, "", "GET", "/notes", "", header...),
			"preflight": s.request(t, "", "OPTIONS", "/notes", "", append(header, "Access-Control-Request-Method", "GET")...),
		} {
			if origin := got.Header.Values("Access-Control-Allow-Origin"); len(origin) != 1 || origin[0] != row.want || !strings.Contains(got.Header.Get("Vary"), "Origin") {
				t.Errorf("%s, %s: got %q, Vary %q, want %s", rule, name, origin, got.Header.Get("Vary"), row.want)
			}
		}
	}
}

func TestBadOrigins(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct{ list, says string }{
		"a path":             {"http://localhost:5173,https://app.example.com/", "app.example.com/"},
		"first":              {"there,https://app.example.com", `"there"`},
		"empty":              {"http://localhost:5173,", "without empty elements"},
		"asterisk and other": {"http://localhost:5173,*", "* alone"},
	} {
		lines := fails(t, command(t.TempDir(), "ALLOWED_ORIGIN="+row.list))
		if len(lines) != 1 || !strings.Contains(lines[0], "ALLOWED_ORIGIN") || !strings.Contains(lines[0], row.says) {
			t.Errorf("%s: got %q, want %q", rule, lines, row.says)
		}
	}
}
