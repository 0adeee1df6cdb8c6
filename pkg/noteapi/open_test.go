package noteapi_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/note/notetest"
	"github.com/notegate/notegate/pkg/noteapi"
)

// What the settings say is what the handler does.
func TestOpen(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	proxy, err := noteapi.Open(noteapi.Settings{AllowedOrigin: "https://app.example.com"}, &notetest.Memory{}, logger)
	if err != nil {
		t.Fatal(err)
	}
	event := list(t).set("requestContext.authorizer.exp", time.Now().Add(time.Hour).Unix())
	got := (&app{Handler: proxy}).want(t, event, 200, `{"notes":[]}`)
	if got, want := got.Headers["Access-Control-Allow-Origin"], "https://app.example.com"; got != want {
		t.Errorf("got origin %q, want %q", got, want)
	}
	if !strings.Contains(log.String(), `"status":200`) {
		t.Errorf("got log %q, want the request's line", &log)
	}
	mapped, err := noteapi.Open(noteapi.Settings{MappedEvents: true}, &notetest.Memory{}, logger)
	if err != nil {
		t.Fatal(err)
	}
	out, err := mapped.Invoke(t.Context(), fixture(t, "mapped").json(t))
	if got, want := string(out), `{"message":"Note created"}`; err != nil || got != want {
		t.Errorf("mapped: got %s and %v, want %s", got, err, want)
	}
}
