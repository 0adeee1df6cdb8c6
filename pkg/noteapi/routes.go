package noteapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/notegate/notegate/pkg/note"
)

// route is a method and a path template, as the API's definition has them.
type route struct{ method, path string }

// operation is what a route does, with the caller known. It returns the body of a
// 200 and the state that its ETag names, none if that is no note's.
type operation func(*Handler, context.Context, note.Owner, request) (body any, tag note.Tag, err error)

// operations is the API: its paths, and each path's methods.
func operations() map[string]map[string]operation {
	return map[string]map[string]operation{
		"/notes": {
			http.MethodPost: (*Handler).create,
			http.MethodGet:  (*Handler).list,
		},
		"/notes/{noteid}": {
			http.MethodGet:    (*Handler).get,
			http.MethodPut:    (*Handler).update,
			http.MethodDelete: (*Handler).delete,
		},
	}
}

// operation returns what the route does, or a failure that is 404 for a path
// and 405 for a method that isn't there.
func (r route) operation() (operation, error) {
	methods, ok := operations()[r.path]
	if !ok {
		return nil, &failure{status: http.StatusNotFound, message: "There is no such path"}
	}
	op, ok := methods[r.method]
	if !ok {
		allow := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
		return nil, &failure{
			status: http.StatusMethodNotAllowed, message: "The path allows " + allow,
			headers: map[string]string{"Allow": allow},
		}
	}
	return op, nil
}

// known returns the route if it is one of ours, else an empty one.
func (r route) known() route {
	if _, err := r.operation(); err != nil {
		return route{}
	}
	return r
}
