package noteapi

import (
	"log/slog"
	"net/url"
	"regexp"
	"strings"

	"github.com/notegate/notegate/pkg/env"
	"github.com/notegate/notegate/pkg/note"
)

// Settings are what the environment of the notes function says. See
// [LoadSettings].
type Settings struct {
	TableName     string // of the table that the store uses
	MappedEvents  bool
	UserPoolID    string
	AllowedOrigin string
	LogLevel      slog.Level
}

// LoadSettings reads the environment variables of the notes function, which
// notes/README.md lists. The error is one line that names every invalid variable.
func LoadSettings(getenv func(string) string) (Settings, error) {
	r := env.New(getenv)
	s := Settings{
		TableName:     r.String("TABLE_NAME", "Notes"),
		MappedEvents:  r.OneOf("EVENT_FORMAT", "proxy", "mapped") == "mapped",
		UserPoolID:    r.String("USER_POOL_ID", ""),
		AllowedOrigin: r.String("ALLOWED_ORIGIN", ""),
		LogLevel:      r.Level("LOG_LEVEL"),
	}
	if !isTableName(s.TableName) {
		r.MustBe("TABLE_NAME", s.TableName, "3 to 255 of the characters a-z A-Z 0-9 _ . -")
	}
	if s.UserPoolID != "" && !userPoolID.MatchString(s.UserPoolID) {
		r.MustBe("USER_POOL_ID", s.UserPoolID, "one user pool id, such as eu-west-1_AbCdEfGhI")
	}
	if !isOrigin(s.AllowedOrigin) {
		r.MustBe("ALLOWED_ORIGIN", s.AllowedOrigin, "an origin such as https://app.example.com, or *")
	}
	if err := r.Err(); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// isTableName is DynamoDB's rule. As a regular expression, its bounds would
// take every cold start half a millisecond to compile.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
func isTableName(s string) bool {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
	return len(s) >= 3 && len(s) <= 255 && strings.Trim(s, characters) == ""
}

// userPoolID is {region}_{name}.
var userPoolID = regexp.MustCompile(`^[a-z0-9-]+_[a-zA-Z0-9]+$`)

// isOrigin reports whether a browser could send s as Origin: scheme, host and
// port of one origin, without a path or a slash (RFC 6454, section 6.2). Empty
// and * are accepted too.
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

// Open returns the handler that settings describe, over a store. The caller
// opens the store, so that this package does not depend on the AWS SDK. The error is
// that of [New].
func Open(s Settings, store note.Store, logger *slog.Logger) (*Handler, error) {
	return New(Config{Store: store, MappedEvents: s.MappedEvents, UserPoolID: s.UserPoolID, AllowedOrigin: s.AllowedOrigin, Logger: logger})
}
