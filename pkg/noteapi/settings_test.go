package noteapi_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note/notetest"
	"github.com/notegate/notegate/pkg/noteapi"
)

func env(m map[string]string) func(string) string {
	return func(name string) string { return m[name] }
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  map[string]string
		want noteapi.Settings
	}{
		"nothing": {nil, noteapi.Settings{TableName: "Notes"}},
		"proxy":   {map[string]string{"EVENT_FORMAT": "proxy"}, noteapi.Settings{TableName: "Notes"}},
		"everything": {
			map[string]string{"TABLE_NAME": "prod.Notes-1", "EVENT_FORMAT": "mapped", "USER_POOL_ID": "eu-west-1_AbCdEfGhI", "ALLOWED_ORIGIN": "https://app.example.com:8443", "LOG_LEVEL": "warn"},
			noteapi.Settings{TableName: "prod.Notes-1", MappedEvents: true, UserPoolID: "eu-west-1_AbCdEfGhI", AllowedOrigin: "https://app.example.com:8443", LogLevel: slog.LevelWarn},
		},
		"plain http":    {map[string]string{"ALLOWED_ORIGIN": "http://127.0.0.1:8080"}, noteapi.Settings{TableName: "Notes", AllowedOrigin: "http://127.0.0.1:8080"}},
		"longest table": {map[string]string{"TABLE_NAME": strings.Repeat("a", 255)}, noteapi.Settings{TableName: strings.Repeat("a", 255)}},
		"short table":   {map[string]string{"TABLE_NAME": "abc"}, noteapi.Settings{TableName: "abc"}},
		"every origin":  {map[string]string{"ALLOWED_ORIGIN": "*"}, noteapi.Settings{TableName: "Notes", AllowedOrigin: "*"}},
	} {
		got, err := noteapi.LoadSettings(env(c.env))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestSettingsNameTheBadVariable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"table too short":      {map[string]string{"TABLE_NAME": "ab"}, []string{`TABLE_NAME: "ab" must be 3 to 255 of the characters a-z A-Z 0-9 _ . -`}},
		"table too long":       {map[string]string{"TABLE_NAME": strings.Repeat("a", 256)}, []string{`TABLE_NAME: "` + strings.Repeat("a", 256) + `" must be 3 to 255 of the characters a-z A-Z 0-9 _ . -`}},
		"table with blank":     {map[string]string{"TABLE_NAME": "my notes"}, []string{`TABLE_NAME: "my notes" must be 3 to 255 of the characters a-z A-Z 0-9 _ . -`}},
		"pool, two":            {map[string]string{"USER_POOL_ID": "eu-west-1_A,eu-west-1_B"}, []string{`USER_POOL_ID: "eu-west-1_A,eu-west-1_B" must be one user pool id, such as eu-west-1_AbCdEfGhI`}},
		"pool, no name":        {map[string]string{"USER_POOL_ID": "eu-west-1_"}, []string{`USER_POOL_ID: "eu-west-1_" must be one user pool id, such as eu-west-1_AbCdEfGhI`}},
		"pool, no Region":      {map[string]string{"USER_POOL_ID": "_AbCdEfGhI"}, []string{`USER_POOL_ID: "_AbCdEfGhI" must be one user pool id, such as eu-west-1_AbCdEfGhI`}},
		"pool, a host":         {map[string]string{"USER_POOL_ID": "x.example_A"}, []string{`USER_POOL_ID: "x.example_A" must be one user pool id, such as eu-west-1_AbCdEfGhI`}},
		"format":               {map[string]string{"EVENT_FORMAT": "Mapped"}, []string{`EVENT_FORMAT: "Mapped" must be "proxy" or "mapped"`}},
		"origin, slash":        {map[string]string{"ALLOWED_ORIGIN": "https://a.example/"}, []string{`ALLOWED_ORIGIN: "https://a.example/" must be an origin such as https://app.example.com, or *`}},
		"origin, no scheme":    {map[string]string{"ALLOWED_ORIGIN": "a.example"}, []string{`ALLOWED_ORIGIN: "a.example" must be an origin such as https://app.example.com, or *`}},
		"origin, null":         {map[string]string{"ALLOWED_ORIGIN": "null"}, []string{`ALLOWED_ORIGIN: "null" must be an origin such as https://app.example.com, or *`}},
		"origin, capitals":     {map[string]string{"ALLOWED_ORIGIN": "https://A.example"}, []string{`ALLOWED_ORIGIN: "https://A.example" must be an origin such as https://app.example.com, or *`}},
		"origin, other scheme": {map[string]string{"ALLOWED_ORIGIN": "ftp://a.example"}, []string{`ALLOWED_ORIGIN: "ftp://a.example" must be an origin such as https://app.example.com, or *`}},
		"origin, no host":      {map[string]string{"ALLOWED_ORIGIN": "https://"}, []string{`ALLOWED_ORIGIN: "https://" must be an origin such as https://app.example.com, or *`}},
		"origin, port alone":   {map[string]string{"ALLOWED_ORIGIN": "https://:8443"}, []string{`ALLOWED_ORIGIN: "https://:8443" must be an origin such as https://app.example.com, or *`}},
		"origin, no URL":       {map[string]string{"ALLOWED_ORIGIN": "https://a b"}, []string{`ALLOWED_ORIGIN: "https://a b" must be an origin such as https://app.example.com, or *`}},
		"origin, pattern":      {map[string]string{"ALLOWED_ORIGIN": "https://*.example"}, []string{`ALLOWED_ORIGIN: "https://*.example" must be an origin such as https://app.example.com, or *`}},
		"origin, comma":        {map[string]string{"ALLOWED_ORIGIN": "https://a.example,"}, []string{`ALLOWED_ORIGIN: "https://a.example," must be an origin such as https://app.example.com, or *`}},
		"origins":              {map[string]string{"ALLOWED_ORIGIN": "https://a.example,https://b.example"}, []string{`ALLOWED_ORIGIN: "https://a.example,https://b.example" must be an origin such as https://app.example.com, or *`}},
		"level":                {map[string]string{"LOG_LEVEL": "loud"}, []string{`LOG_LEVEL: "loud" must be debug, info, warn or error`}},
		"everything": {
			map[string]string{"TABLE_NAME": "?", "EVENT_FORMAT": "x", "ALLOWED_ORIGIN": "y", "LOG_LEVEL": "z"},
			[]string{`EVENT_FORMAT: "x" must be "proxy" or "mapped"`, `LOG_LEVEL: "z" must be debug, info, warn or error`,
				`TABLE_NAME: "?" must be 3 to 255 of the characters a-z A-Z 0-9 _ . -`, `ALLOWED_ORIGIN: "y" must be an origin such as https://app.example.com, or *`},
		},
	} {
		_, err := noteapi.LoadSettings(env(c.env))
		if err == nil {
			t.Errorf("%s: got no error", name)
			continue
		}
		if got, want := err.Error(), "bad configuration: "+strings.Join(c.want, "; "); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

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
