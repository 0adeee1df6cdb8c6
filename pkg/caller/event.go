package caller

import (
	"bytes"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

// event is what is read of an event: what API Gateway or AppSync wrote about
// the caller.
type event struct {
	version    string // of the payload: set by HTTP APIs only
	authorizer Claims // requestContext.authorizer
	iam        Claims // requestContext.identity
	appSync    Claims // identity
}

func readEvent(document []byte) (e event, err error) {
	var r strictjson.Reader
	err = r.Object(document, func(name string) error {
		if r.Null() {
			return nil
		}
		switch name {
		case "version":
			return r.String(&e.version)
		case "identity":
			return members(&r, &e.appSync)
		case "requestContext":
			return r.Members(func(name string) error {
				if r.Null() {
					return nil
				}
				switch name {
				case "authorizer":
					return members(&r, &e.authorizer)
				case "identity":
					return members(&r, &e.iam)
				}
				return r.SkipValue()
			})
		}
		return r.SkipValue()
	})
	return e, err
}

// members reads an object, without its nulls.
func members(r *strictjson.Reader, into *Claims) error {
	*into = Claims{}
	return r.Members(into.keep(r))
}

// object reads a value again that is an object; of anything else it returns no
// claims, and so no sub.
func object(value []byte) Claims {
	var r strictjson.Reader
	into := Claims{}
	if r.Object(value, into.keep(&r)) != nil {
		return nil
	}
	return into
}

func (c Claims) keep(r *strictjson.Reader) func(name string) error {
	return func(name string) error {
		if r.Null() {
			return nil
		}
		value, err := r.ReadValue()
		c[name] = bytes.Clone(value)
		return err
	}
}
