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
		"plain http":    {map[string]string{"ALLOWED_ORIGIN": "http://127.0.0.1:8080"}, noteapi.Config{TableName: "Notes", AllowedOrigin: "http://127.0.0.1:8080"}},
		"longest table": {map[string]string{"TABLE_NAME": strings.Repeat("a", 255)}, noteapi.Config{TableName: strings.Repeat("a", 255)}},
		"every origin":  {map[string]string{"ALLOWED_ORIGIN": "*"}, noteapi.Config{TableName: "Notes", AllowedOrigin: "*"}},
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
	for name, c := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"table too short":      {map[string]string{"TABLE_NAME": "ab"}, []string{`TABLE_NAME: want 3 to 255 of the characters a-z A-Z 0-9 _ . -, got "ab"`}},
		"table too long":       {map[string]string{"TABLE_NAME": strings.Repeat("a", 256)}, []string{`TABLE_NAME: want 3 to 255 of the characters a-z A-Z 0-9 _ . -, got "` + strings.Repeat("a", 256) + `"`}},
		"table with blank":     {map[string]string{"TABLE_NAME": "my notes"}, []string{`TABLE_NAME: want 3 to 255 of the characters a-z A-Z 0-9 _ . -, got "my notes"`}},
		"format":               {map[string]string{"EVENT_FORMAT": "Mapped"}, []string{`EVENT_FORMAT: want "proxy" or "mapped", got "Mapped"`}},
		"origin, slash":        {map[string]string{"ALLOWED_ORIGIN": "https://a.example/"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "https://a.example/"`}},
		"origin, no scheme":    {map[string]string{"ALLOWED_ORIGIN": "a.example"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "a.example"`}},
		"origin, null":         {map[string]string{"ALLOWED_ORIGIN": "null"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "null"`}},
		"origin, capitals":     {map[string]string{"ALLOWED_ORIGIN": "https://A.example"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "https://A.example"`}},
		"origin, other scheme": {map[string]string{"ALLOWED_ORIGIN": "ftp://a.example"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "ftp://a.example"`}},
		"origin, no host":      {map[string]string{"ALLOWED_ORIGIN": "https://"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "https://"`}},
		"origin, port alone":   {map[string]string{"ALLOWED_ORIGIN": "https://:8443"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "https://:8443"`}},
		"origin, no URL":       {map[string]string{"ALLOWED_ORIGIN": "https://a b"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "https://a b"`}},
		"origin, pattern":      {map[string]string{"ALLOWED_ORIGIN": "https://*.example"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "https://*.example"`}},
		"origin, comma":        {map[string]string{"ALLOWED_ORIGIN": "https://a.example,"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "https://a.example,"`}},
		"origins":              {map[string]string{"ALLOWED_ORIGIN": "https://a.example,https://b.example"}, []string{`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "https://a.example,https://b.example"`}},
		"level":                {map[string]string{"LOG_LEVEL": "loud"}, []string{`LOG_LEVEL: want debug, info, warn or error, got "loud"`}},
		"everything": {
			map[string]string{"TABLE_NAME": "?", "EVENT_FORMAT": "x", "ALLOWED_ORIGIN": "y", "LOG_LEVEL": "z"},
			[]string{`EVENT_FORMAT: want "proxy" or "mapped", got "x"`, `TABLE_NAME: want 3 to 255 of the characters a-z A-Z 0-9 _ . -, got "?"`,
				`ALLOWED_ORIGIN: want an origin such as https://app.example.com, got "y"`, `LOG_LEVEL: want debug, info, warn or error, got "z"`},
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
