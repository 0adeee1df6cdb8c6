package caller_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// The user of every fixture, and the time: the fixtures' tokens end at 12:42:47.
const (
	sub    = "5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90"
	client = "4ma0example0client0id000"
	iss    = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1B2c3D4e"
)

var (
	now = time.Date(2026, 7, 2, 11, 50, 0, 0, time.UTC)
	exp = time.Date(2026, 7, 2, 12, 42, 47, 0, time.UTC)
)

// event is an event that tests change by path, members by dots.
type event map[string]any

func fixture(t testing.TB, name string) event {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var e event
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// set changes the member at path, and removes it if value is nil.
func (e event) set(path string, value any) event {
	at := map[string]any(e)
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		child, ok := at[name].(map[string]any)
		if !ok {
			child = map[string]any{}
			at[name] = child
		}
		at = child
	}
	if value == nil {
		delete(at, names[len(names)-1])
	} else {
		at[names[len(names)-1]] = value
	}
	return e
}

func (e event) json(t testing.TB) []byte {
	t.Helper()
	return marshal(t, e)
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
