package noteapi_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/noteapi"
)

func env(m map[string]string) func(string) string {
	return func(name string) string { return m[name] }
}

func TestLoadConfig(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  map[string]string
		want noteapi.Config
	}{
		"nothing": {nil, noteapi.Config{TableName: "Notes"}},
		"proxy":   {map[string]string{"EVENT_FORMAT": "proxy"}, noteapi.Config{TableName: "Notes"}},
		"everything": {
			map[string]string{"TABLE_NAME": "prod.Notes-1", "EVENT_FORMAT": "mapped", "ALLOWED_ORIGIN": "https://app.example.com:8443", "LOG_LEVEL": "warn"},
			noteapi.Config{TableName: "prod.Notes-1", MappedEvents: true, AllowedOrigin: "https://app.example.com:8443", LogLevel: slog.LevelWarn},
		},
		"every origin": {map[string]string{"ALLOWED_ORIGIN": "*"}, noteapi.Config{TableName: "Notes", AllowedOrigin: "*"}},
	} {
		got, err := noteapi.LoadConfig(env(c.env))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoadConfigBad(t *testing.T) {
	t.Parallel()
	const origin = "an origin such as https://app.example.com"
	for name, c := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"table too short":   {map[string]string{"TABLE_NAME": "ab"}, []string{`TABLE_NAME is "ab", want 3 to 255 of the characters a-z A-Z 0-9 _ . -`}},
		"table with blank":  {map[string]string{"TABLE_NAME": "my notes"}, []string{`TABLE_NAME is "my notes", want 3 to 255 of the characters a-z A-Z 0-9 _ . -`}},
		"format":            {map[string]string{"EVENT_FORMAT": "Mapped"}, []string{`EVENT_FORMAT is "Mapped", want proxy or mapped`}},
		"origin, slash":     {map[string]string{"ALLOWED_ORIGIN": "https://a.example/"}, []string{`ALLOWED_ORIGIN is "https://a.example/", want ` + origin}},
		"origin, no scheme": {map[string]string{"ALLOWED_ORIGIN": "a.example"}, []string{`ALLOWED_ORIGIN is "a.example", want ` + origin}},
		"origin, null":      {map[string]string{"ALLOWED_ORIGIN": "null"}, []string{`ALLOWED_ORIGIN is "null", want ` + origin}},
		"origin, capitals":  {map[string]string{"ALLOWED_ORIGIN": "https://A.example"}, []string{`ALLOWED_ORIGIN is "https://A.example", want ` + origin}},
		"origins":           {map[string]string{"ALLOWED_ORIGIN": "https://a.example,https://b.example"}, []string{`ALLOWED_ORIGIN is "https://a.example,https://b.example", want ` + origin}},
		"level":             {map[string]string{"LOG_LEVEL": "loud"}, []string{`LOG_LEVEL is "loud", want debug, info, warn or error`}},
		"everything": {
			map[string]string{"TABLE_NAME": "?", "EVENT_FORMAT": "x", "ALLOWED_ORIGIN": "y", "LOG_LEVEL": "z"},
			[]string{`TABLE_NAME is "?", want 3 to 255 of the characters a-z A-Z 0-9 _ . -`, `EVENT_FORMAT is "x", want proxy or mapped`,
				`ALLOWED_ORIGIN is "y", want ` + origin, `LOG_LEVEL is "z", want debug, info, warn or error`},
		},
	} {
		_, err := noteapi.LoadConfig(env(c.env))
		if err == nil {
			t.Errorf("%s: got no error", name)
			continue
		}
		if got, want := err.Error(), "noteapi: bad configuration: "+strings.Join(c.want, "; "); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
