// Package env reads settings from environment variables and reports everything
// that is wrong with them at once, each variable by name.
package env

import (
	"encoding"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Reader collects what is wrong while settings are read. Make one with [New]
// and ask [Reader.Err] when all is read.
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

// Reject reports a variable as wrong. The reason must not quote a secret.
func (r *Reader) Reject(name, format string, args ...any) {
	r.wrong = append(r.wrong, name+": "+fmt.Sprintf(format, args...))
}

// String returns the variable, or fallback if it is unset or empty.
func (r *Reader) String(name, fallback string) string {
	if value := r.getenv(name); value != "" {
		return value
	}
	return fallback
}

// List returns the elements of a comma list, blanks around them cut; nil if the
// variable is unset or empty. An empty element is wrong.
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
		r.Reject(name, "an element of the comma list is empty")
	}
	return list
}

// Bool returns true or false, which must be spelled so; false if unset.
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
		r.Reject(name, "want %s, got %q", strings.Join(quoted, " or "), value)
	}
	return value
}

// Duration returns a duration such as 30s, from zero to the most given; zero if
// unset.
func (r *Reader) Duration(name string, most time.Duration) time.Duration {
	value := r.String(name, "0s")
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > most {
		r.Reject(name, "want a duration from 0s to %s, got %q", most, value)
	}
	return d
}

// Text hands the variable, if it is set, to a value that parses itself, such as
// a slog.Level; allowed says what it takes.
func (r *Reader) Text(name string, into encoding.TextUnmarshaler, allowed string) {
	if value := r.getenv(name); value != "" && into.UnmarshalText([]byte(value)) != nil {
		r.Reject(name, "want %s, got %q", allowed, value)
	}
}
