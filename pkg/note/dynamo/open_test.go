package dynamo_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/notegate/notegate/pkg/note/dynamo"
)

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
