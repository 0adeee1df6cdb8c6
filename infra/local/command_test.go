package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// fails runs the command, which must end by itself with another code than zero,
// and returns the lines that it wrote to standard error.
func fails(t *testing.T, cmd *exec.Cmd) []string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) {
		t.Fatalf("got %v, want an exit code", err)
	}
	return strings.Split(strings.TrimSpace(stderr.String()), "\n")
}

func TestBadConfigurationNamesEveryVariable(t *testing.T) {
	t.Parallel()
	lines := fails(t, command(t.TempDir(), "LOG_LEVEL=loud", "STORE=paper", "CLOCK_SKEW=1h", "ON_REJECT=shrug", "ACCESS_RULES=x",
		"TABLE_NAME=?", "EVENT_FORMAT=cubes", "ALLOWED_ORIGIN=there", "LOGIN_URL=there"))
	for _, name := range []string{"LOG_LEVEL", "STORE", "CLOCK_SKEW", "ON_REJECT", "ACCESS_RULES", "TABLE_NAME", "EVENT_FORMAT", "ALLOWED_ORIGIN", "LOGIN_URL"} {
		if !strings.Contains(lines[0], name) {
			t.Errorf("%s is not named: %s", name, lines[0])
		}
	}
	if len(lines) != 1 {
		t.Errorf("got %d lines, want one: %q", len(lines), lines)
	}
}

func TestBusyPortIsOneClearLine(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.Addr().String()
	for _, variable := range []string{"GATEWAY_ADDR", "POOL_ADDR", "WEB_ADDR"} {
		lines := fails(t, command(t.TempDir(), variable+"="+addr))
		want := "notegate: " + addr + " is in use: stop what listens there, or set " + variable + " to another address"
		if len(lines) != 1 || lines[0] != want {
			t.Errorf("%s: got %q, want %q", variable, lines, want)
		}
	}
}

func TestSignalsStopCleanly(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		s := start(t, t.TempDir())
		s.request(t, *s.demo(t).AccessToken, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
		if err := s.end(signal); err != nil {
			t.Errorf("%s: %v", signal, err)
		}
	}
}

func TestJSONLogsForMachinesOnly(t *testing.T) {
	t.Parallel()
	cmd := command(t.TempDir())
	cmd.Args = append(cmd.Args, "--json")
	s := run(t, cmd)
	s.request(t, *s.demo(t).AccessToken, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	var last struct{ Msg, Route string }
	log := s.log.Until(t, func(log string) bool {
		return strings.Contains(log, `"route":"/notes"`) && strings.HasSuffix(log, "\n")
	})
	for line := range strings.Lines(log) {
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Errorf("%v: %s", err, line)
		}
	}
	if last.Msg != "request" || last.Route != "/notes" {
		t.Errorf("the last line is about %+v, want the request", last)
	}
}

// What net/http would answer by itself reaches the gateway, and its log.
func TestOptionsOfNoPath(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	req, err := http.NewRequestWithContext(t.Context(), "OPTIONS", s.API, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.URL.Path, req.URL.RawPath, req.URL.Opaque = "", "", "*"
	resp, err := direct.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("got %d, want 403", resp.StatusCode)
	}
	s.log.Until(t, func(log string) bool { return strings.Contains(log, "OPTIONS *") })
}

func TestTokenPrintsATokenAlone(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	token, err := s.tokenCommand().Output()
	if err != nil {
		t.Fatal(err)
	}
	s.request(t, strings.TrimSuffix(string(token), "\n"), "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)

	want := "notegate: the user pool answered NotAuthorizedException: Incorrect username or password."
	if lines := fails(t, s.tokenCommand("PASSWORD=wrong")); len(lines) != 1 || lines[0] != want {
		t.Errorf("got %q, want %q", lines, want)
	}
}

// With ISSUER the local pool is not started, and the tokens of that issuer pass.
func TestAnotherIssuer(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	s := start(t, t.TempDir(), "ISSUER="+pool.Issuer(), "JWKS_URL="+pool.Issuers[0].KeySetURL, "CLIENT_IDS="+cognitotest.ClientID)
	if s.Pool != "" {
		t.Errorf("the local pool listens on %s, want none", s.Pool)
	}
	s.request(t, pool.AccessToken(t, time.Now()), "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	if got := s.request(t, "", "GET", "/notes", "").Header.Get("Access-Control-Allow-Origin"); got != "https://origin.invalid" {
		t.Errorf("without a page the answers are for %q, want nobody's origin", got)
	}
}
