// Package env reads settings from environment variables. Every invalid variable
// is reported by name, all of them in one error of one line.
package env

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Reader reads variables and collects those that are invalid. Make one with
// [New] and call [Reader.Err] when everything is read.
type Reader struct {
	getenv func(string) string
	wrong  []string
}

// New returns a reader of the variables that getenv knows.
func New(getenv func(string) string) *Reader { return &Reader{getenv: getenv} }

// Err returns one error of one line that names every bad variable, or nil.
func (r *Reader) Err() error {
	if r.wrong == nil {
		return nil
	}
	return &badError{r.wrong}
}

// Include adds what another reader's Err returned, or any other error as it is,
// for a program whose parts read settings of their own.
func (r *Reader) Include(err error) {
	var bad *badError
	switch {
	case errors.As(err, &bad):
		r.wrong = append(r.wrong, bad.wrong...)
	case err != nil:
		r.wrong = append(r.wrong, err.Error())
	}
}

type badError struct{ wrong []string }

func (e *badError) Error() string { return "bad configuration: " + strings.Join(e.wrong, "; ") }

// Reject reports a variable as invalid: "NAME: reason". The reason must not
// quote a secret.
func (r *Reader) Reject(name, format string, args ...any) {
	r.wrong = append(r.wrong, name+": "+fmt.Sprintf(format, args...))
}

// MustBe reports a variable as invalid and says what is allowed: `NAME: "value"
// must be this`. The value must not be a secret.
func (r *Reader) MustBe(name, value, format string, args ...any) {
	r.Reject(name, "%q must be "+format, append([]any{value}, args...)...)
}

// String returns the variable, or fallback if it is unset or empty.
func (r *Reader) String(name, fallback string) string {
	return cmp.Or(r.getenv(name), fallback)
}

// List returns the elements of a comma list, without the blanks around them; nil
// if the variable is unset or empty. An empty element is invalid.
func (r *Reader) List(name string) []string {
	value := r.getenv(name)
	if value == "" {
		return nil
	}
	list := strings.Split(value, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	if slices.Contains(list, "") {
		r.MustBe(name, value, "a comma list without empty elements")
	}
	return list
}

// Bool returns the variable, which must be true or false; false if unset.
func (r *Reader) Bool(name string) bool {
	return r.OneOf(name, "false", "true") == "true"
}

// OneOf returns the variable, which must be one of the values; the first of
// them if it is unset.
func (r *Reader) OneOf(name string, values ...string) string {
	value := r.String(name, values[0])
	if !slices.Contains(values, value) {
		quoted := make([]string, len(values))
		for i, v := range values {
			quoted[i] = strconv.Quote(v)
		}
		r.MustBe(name, value, "%s", strings.Join(quoted, " or "))
	}
	return value
}

// Duration returns a duration such as 30s, from zero to the most given; zero if
// unset.
func (r *Reader) Duration(name string, most time.Duration) time.Duration {
	value := r.String(name, "0s")
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > most {
		r.MustBe(name, value, "a duration from 0s to %s", most)
	}
	return d
}

// Level returns the level of a log; info if unset.
func (r *Reader) Level(name string) (level slog.Level) {
	if value := r.getenv(name); value != "" && level.UnmarshalText([]byte(value)) != nil {
		r.MustBe(name, value, "debug, info, warn or error")
	}
	return level
}

// CertPool returns the certificates in the PEM file that the variable names, nil
// if it is unset. They are meant to replace the system's, as those in
// AWS_CA_BUNDLE do in the AWS SDKs. A file that cannot be read or holds no
// certificate is wrong.
func (r *Reader) CertPool(name string) *x509.CertPool {
	file := r.getenv(name)
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		r.Reject(name, "%v", err)
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		r.Reject(name, "%s must be a PEM file with at least one certificate", file)
		return nil
	}
	return pool
}
