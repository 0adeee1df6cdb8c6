package main_test

import (
	"strings"
	"testing"
)

// What the switches do to users is in the stories; here is how they are set.
func TestTroubleSwitches(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	const wanted = "want authorizer=none|timeout, keys=none|empty|failing|slow, table=none|throttled|unreachable\n"
	for _, tt := range []struct {
		rule, query string
		header      []string
		status      int
		body        string
	}{
		{"how things are", "", nil, 200, `{"authorizer":"none","keys":"none","table":"none"}` + "\n"},
		{"two at once", "keys=empty&table=throttled", nil, 200, `{"authorizer":"none","keys":"empty","table":"throttled"}` + "\n"},
		{"the others stay", "keys=failing", nil, 200, `{"authorizer":"none","keys":"failing","table":"throttled"}` + "\n"},
		{"unknown trouble", "table=none&keys=gone", nil, 400, wanted},
		{"unknown part", "table=none&door=none", nil, 400, wanted},
		{"twice", "table=none&table=throttled", nil, 400, wanted},
		{"nothing of a bad one is done", "", nil, 200, `{"authorizer":"none","keys":"failing","table":"throttled"}` + "\n"},
		{"a page of another origin", "keys=none", []string{"Origin", "https://evil.example"}, 403, "for programs on this machine only\n"},
		{"a name that points here", "keys=none", []string{"Host", "evil.example"}, 421,
			`{"__type":"MisdirectedRequestException","message":"The host evil.example is not this machine's: ask for localhost or 127.0.0.1, or list it in ALLOWED_HOSTS."}` + "\n"},
		{"neither changed anything, mended", "table=none", nil, 200, `{"authorizer":"none","keys":"failing","table":"none"}` + "\n"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			req, err := newRequest(t.Context(), "POST", s.Pool+"/_local/trouble?"+tt.query, "", tt.header...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := send(req)
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != tt.status || got.Body != tt.body {
				t.Errorf("got %d %q, want %d %q", got.Status, got.Body, tt.status, tt.body)
			}
		})
	}
}

// A failure is one line of the log: the request's, with the function's own cause.
func TestFailureIsOneLine(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	token := *s.demo(t).AccessToken
	s.post(t, "/_local/trouble?table=unreachable")
	before := len(s.log.String())
	s.request(t, token, "GET", "/notes", "").contains(t, 503, "Service unavailable")
	s.post(t, "/_local/trouble?table=none")
	s.request(t, token, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	log := s.log.Until(t, func(log string) bool { return strings.Contains(log[before:], "200  function") })[before:]
	lines := strings.Split(strings.TrimSpace(log), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "503  function") || !strings.Contains(lines[0], "simulated by a switch") {
		t.Errorf("got %q, want a line for each request", lines)
	}
}
