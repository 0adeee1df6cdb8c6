package function

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

// What the handler has logged is dropped; whatever else package lambda says is
// kept.
func TestRuntimeLog(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		line string
		want string // empty if it is dropped
	}{
		"the handler's error":       {`{"errorMessage":"Unauthorized","errorType":"loggedError"}`, ""},
		"an error of its own":       {`{"errorMessage":"failed to parse deadline: x","errorType":"errorString"}`, `{\"errorMessage\":\"failed to parse deadline: x\",\"errorType\":\"errorString\"}`},
		"a panic":                   {`{"errorMessage":"x","errorType":"string","stackTrace":[{"path":"a.go","line":1,"label":"f"}]}`, `\"stackTrace\":[{\"path\":\"a.go\",\"line\":1,\"label\":\"f\"}]`},
		"a report unlike a report":  {`{"errorMessage":7,"errorType":"loggedError"}`, `{\"errorMessage\":7,`},
		"text":                      {"failed to get the next invoke: EOF", "failed to get the next invoke: EOF"},
		"text that quotes a report": {`said {"errorMessage":"x","errorType":"loggedError"}`, `said {\"errorMessage\"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			line := []byte(tt.line + "\n")
			if n, err := (runtimeLog{slog.New(slog.NewJSONHandler(&out, nil))}).Write(line); n != len(line) || err != nil {
				t.Errorf("got %d and %v, want all of %d bytes written", n, err, len(line))
			}
			if tt.want == "" && out.Len() > 0 || !strings.Contains(out.String(), tt.want) || strings.Count(out.String(), "\n") > 1 {
				t.Errorf("got %q, want %q", &out, tt.want)
			}
		})
	}
}

type handlerFunc func() ([]byte, error)

func (f handlerFunc) Invoke(context.Context, []byte) ([]byte, error) { return f() }

// The mark is a type that package lambda names, and changes nothing else.
func TestMarker(t *testing.T) {
	t.Parallel()
	out, err := marker{handlerFunc(func() ([]byte, error) { return []byte("{}"), nil })}.Invoke(t.Context(), nil)
	if string(out) != "{}" || err != nil {
		t.Errorf("an answer: got %s and %v", out, err)
	}
	_, err = marker{handlerFunc(func() ([]byte, error) { return nil, errors.New("Unauthorized") })}.Invoke(t.Context(), nil)
	if err == nil || err.Error() != "Unauthorized" || reflect.TypeOf(err).Name() != loggedType {
		t.Errorf("an error: got %T %v, want Unauthorized as %s", err, err, loggedType)
	}
}
