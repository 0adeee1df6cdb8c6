package noteapi

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/notegate/notegate/pkg/env"
	"github.com/notegate/notegate/pkg/note"
)

// A Config is what [New] needs. [LoadConfig] fills in what the environment
// says; the caller adds the Store.
type Config struct {
	Store note.Store // required

	// TableName is the table that the store is to use; New doesn't look at it.
	TableName string

	// MappedEvents makes every event the output of a mapping template, and the
	// caller the userid in it, with no other proof. Set it only for a function
	// that nothing but such an integration may invoke.
	MappedEvents bool

	// AllowedOrigin is the one origin whose pages may read the answers, such as
	// https://app.example.com, or * for all. Empty allows none.
	AllowedOrigin string

	LogLevel slog.Level       // of New's own logger; [slog.LevelInfo] if zero
	Log      *slog.Logger     // JSON on standard error if nil
	Now      func() time.Time // time.Now if nil
}

// LoadConfig reads TABLE_NAME (Notes), EVENT_FORMAT (proxy or mapped; proxy),
// ALLOWED_ORIGIN (none) and LOG_LEVEL (debug, info, warn or error; info). Empty
// is unset. The error is one line that names every variable that is wrong.
func LoadConfig(getenv func(string) string) (Config, error) {
	r := env.New(getenv)
	cfg := Config{
		TableName:     r.String("TABLE_NAME", "Notes"),
		MappedEvents:  r.OneOf("EVENT_FORMAT", "proxy", "mapped") == "mapped",
		AllowedOrigin: r.String("ALLOWED_ORIGIN", ""),
	}
	if !isTableName(cfg.TableName) {
		r.Reject("TABLE_NAME", "want 3 to 255 of the characters a-z A-Z 0-9 _ . -, got %q", cfg.TableName)
	}
	if !isOrigin(cfg.AllowedOrigin) {
		r.Reject("ALLOWED_ORIGIN", "want an origin such as https://app.example.com, got %q", cfg.AllowedOrigin)
	}
	r.Text("LOG_LEVEL", &cfg.LogLevel, "debug, info, warn or error")
	if err := r.Err(); err != nil {
		return Config{}, fmt.Errorf("noteapi: %w", err)
	}
	return cfg, nil
}

// isTableName is DynamoDB's rule. As a regular expression its bounds alone would
// take every cold start half a millisecond to compile.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
func isTableName(s string) bool {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
	return len(s) >= 3 && len(s) <= 255 && strings.Trim(s, characters) == ""
}

// isOrigin reports whether a browser could send s as Origin, in which there is
// no path, not even a slash (RFC 6454, section 6.2), and which is one, neither a
// list nor a pattern. None and all will do too.
func isOrigin(s string) bool {
	if s == "" || s == "*" {
		return true
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Host, "*,") {
		return false
	}
	return (u.Scheme == "https" || u.Scheme == "http") && s == u.Scheme+"://"+strings.ToLower(u.Host)
}
