package dynamo_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/dynamo"
)

// An error without an answer has the network's words.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	cfg := config("http://127.0.0.1:1") // where nobody listens, and no other test can begin to
	cfg.RetryMaxAttempts = 1
	_, err := dynamo.New(dynamo.NewClient(cfg), "Notes").Get(t.Context(), ann(t), "1")
	if !errors.Is(err, note.ErrUnavailable) || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v, want %v: connection refused", err, note.ErrUnavailable)
	}
}

// What the SDK cannot read stops the start, not the first request.
func TestOpen(t *testing.T) {
	bundle := filepath.Join(t.TempDir(), "authorities.pem")
	t.Setenv("AWS_CA_BUNDLE", bundle)
	if err := os.WriteFile(bundle, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if store, err := dynamo.Open(t.Context(), "Notes", slog.New(slog.DiscardHandler)); err == nil || store != nil {
		t.Errorf("a bundle without certificates: got %v, %v, want an error alone", store, err)
	}
	t.Setenv("AWS_CA_BUNDLE", "")
	if _, err := dynamo.Open(t.Context(), "Notes", slog.New(slog.DiscardHandler)); err != nil {
		t.Errorf("without a bundle: %v", err)
	}
}
