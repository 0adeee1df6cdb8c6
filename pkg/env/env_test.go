package env_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/env"
)

type settings struct {
	Name  string
	List  []string
	Bool  bool
	Mode  string
	Skew  time.Duration
	Level slog.Level
}

func read(vars map[string]string) (settings, error) {
	r := env.New(func(name string) string { return vars[name] })
	s := settings{
		Name: r.String("NAME", "fallback"),
		List: r.List("LIST"),
		Bool: r.Bool("BOOL"),
		Mode: r.OneOf("MODE", "first", "second"),
		Skew: r.Duration("SKEW", time.Minute),

		Level: r.Level("LEVEL"),
	}
	return s, r.Err()
}

func TestReader(t *testing.T) {
	good := map[string]string{"NAME": "n", "LIST": "a, b", "BOOL": "true", "MODE": "second", "SKEW": "30s", "LEVEL": "warn"}
	got, err := read(good)
	want := settings{Name: "n", List: []string{"a", "b"}, Bool: true, Mode: "second", Skew: 30 * time.Second, Level: slog.LevelWarn}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("all set: got %+v, %v, want %+v", got, err, want)
	}
	got, err = read(nil)
	want = settings{Name: "fallback", Mode: "first"}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("none set: got %+v, %v, want %+v", got, err, want)
	}
}

func TestReaderReportsEverythingAtOnce(t *testing.T) {
	_, err := read(map[string]string{"LIST": "a,,b", "BOOL": "yes", "MODE": "third", "SKEW": "-1s", "LEVEL": "loud"})
	want := `bad configuration: LIST: "a,,b" must be a comma list without empty elements; BOOL: "yes" must be "false" or "true"; ` +
		`MODE: "third" must be "first" or "second"; SKEW: "-1s" must be a duration from 0s to 1m0s; LEVEL: "loud" must be debug, info, warn or error`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %v", err, want)
	}
}

func TestDuration(t *testing.T) {
	for value, good := range map[string]bool{"": true, "0s": true, "1m": true, "60s": true, "1m1ns": false, "-1ns": false, "1h": false, "30": false, "soon": false} {
		if _, err := read(map[string]string{"SKEW": value}); (err == nil) != good {
			t.Errorf("%q: got error %v, want it taken: %t", value, err, good)
		}
	}
}

func TestReaderIncludesAnothers(t *testing.T) {
	_, theirs := read(map[string]string{"BOOL": "yes"})
	r := env.New(func(string) string { return "" })
	r.Reject("MINE", "is wrong")
	r.Include(theirs)
	r.Include(errors.New("other"))
	r.Include(nil)
	want := `bad configuration: MINE: is wrong; BOOL: "yes" must be "false" or "true"; other`
	if err := r.Err(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %v", err, want)
	}
}
