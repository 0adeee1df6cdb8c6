package caller_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/notegate/notegate/pkg/caller"
)

// FuzzFromEvent sees that no event panics, that a refusal is one of the four and
// quotes nothing, and that a caller is named where only the gateway writes.
func FuzzFromEvent(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) != len(doors()) {
		f.Fatalf("got seeds %v, %v", files, err)
	}
	for _, file := range files {
		seed, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		c, err := caller.FromEvent(event, now)
		if err != nil {
			known := errors.Is(err, caller.ErrNone) || errors.Is(err, caller.ErrAmbiguous) || errors.Is(err, caller.ErrMalformed) || errors.Is(err, caller.ErrExpired)
			if !known || c.Subject != "" || c.Claims != nil || len(err.Error()) > 80 {
				t.Errorf("got %+v, %v", c, err)
			}
			return
		}
		if !c.Expires.IsZero() && !now.Before(c.Expires) {
			t.Errorf("got a caller until %v", c.Expires)
		}
		var e map[string]any
		if err := jsonv2.Unmarshal(event, &e); err != nil {
			t.Fatalf("accepted what another strict reader refuses: %v", err)
		}
		for _, said := range append(texts(e["requestContext"]), texts(e["identity"])...) {
			if said == c.Subject || c.Expires.IsZero() && strings.HasSuffix(said, ":"+c.Subject) {
				return
			}
		}
		t.Errorf("got the caller %q, of whom the gateway said nothing: %s", c.Subject, event)
	})
}

// texts returns every string in a JSON value.
func texts(v any) (all []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, each := range v {
			all = append(all, texts(each)...)
		}
	case map[string]any:
		for _, each := range v {
			all = append(all, texts(each)...)
		}
	}
	return all
}
