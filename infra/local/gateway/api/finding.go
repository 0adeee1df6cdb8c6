package api

import (
	"errors"
	"fmt"
)

var (
	// ErrDefinition says that the definition is not one that API Gateway would import.
	ErrDefinition = errors.New("gateway: bad definition")

	// ErrUnsupported says that the definition uses a part of API Gateway that is not built here.
	ErrUnsupported = errors.New("gateway: not supported here")

	// ErrNoFunction says that the definition names a function that is not there.
	ErrNoFunction = errors.New("gateway: no such function")
)

// A Finding is one thing about a definition that keeps it from being served as
// API Gateway would.
type Finding struct {
	Family  error  // one of the three above
	File    string // that holds the place; may be empty
	Line    int    // in the definition; 0 if it is not known
	Where   string // such as "GET /notes"
	What    string // the feature, and what is wrong with it
	Ignored bool   // serving without it lets nobody in whom it would keep out
	Advice  bool   // API Gateway takes it, and it is usually a mistake: no reason not to serve
}

// Fatal tells whether the definition must not be served.
func (f Finding) Fatal() bool { return !f.Ignored && !f.Advice }

func (f Finding) Error() string {
	where := f.Where
	if f.Line > 0 {
		where = fmt.Sprintf("line %d: %s", f.Line, f.Where)
	}
	if where != "" {
		where += ": "
	}
	return fmt.Sprintf("%v: %s%s", f.Family, where, f.What)
}

func (f Finding) Unwrap() error { return f.Family }
