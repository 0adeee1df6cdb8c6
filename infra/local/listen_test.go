package main

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/transcript"
)

// What net/http has to say is a line of the log like any other.
func TestServerErrorsAreLogged(t *testing.T) {
	t.Parallel()
	var out transcript.Transcript
	server := newServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }), newLog(&out, slog.LevelInfo, true, environment()))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l)
	defer server.Close()
	if resp, err := http.Get(baseURL(l)); err == nil {
		resp.Body.Close()
		t.Fatalf("got %s of a handler that panics", resp.Status)
	}
	var line struct{ Level, Msg string }
	text := out.Until(t, func(text string) bool { return strings.HasSuffix(text, "\n") })
	if err := json.Unmarshal([]byte(text), &line); err != nil || line.Level != "WARN" || !strings.Contains(line.Msg, "boom") {
		t.Errorf("got %s (%v), want a warning in JSON", text, err)
	}
}
