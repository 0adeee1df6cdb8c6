package routes_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/routes"
)

func table(t *testing.T, keys ...[2]string) *routes.Table[string] {
	t.Helper()
	var table routes.Table[string]
	for _, key := range keys {
		if err := table.Add(key[0], key[1], key[0]+" "+key[1]); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
	}
	return &table
}

// The examples of the developer guide's http-api-develop-routes page, and what
// was recorded of REST APIs: path and method count together.
func TestFind(t *testing.T) {
	t.Parallel()
	tbl := table(t, [2]string{"GET", "/pets/dog/1"}, [2]string{"GET", "/pets/dog/{id}"}, [2]string{"GET", "/pets/{proxy+}"}, [2]string{"ANY", "/{proxy+}"},
		[2]string{"PATCH", "/users/me"}, [2]string{"GET", "/users/{userId}"}, [2]string{"GET", "/users/{userId}/notes"}, [2]string{"POST", "/users/{name}"},
		[2]string{"ANY", "/"}, [2]string{"GET", "/"}, [2]string{"ANY", "/any"}, [2]string{"DELETE", "/any"})
	for _, tt := range []struct{ method, path, want, params string }{
		{"GET", "/pets/dog/1", "GET /pets/dog/1", "map[]"},
		{"GET", "/pets/dog/2", "GET /pets/dog/{id}", "map[id:2]"},
		{"GET", "/pets/cat/1", "GET /pets/{proxy+}", "map[proxy:cat/1]"},
		{"GET", "/pets/dog/1/2", "GET /pets/{proxy+}", "map[proxy:dog/1/2]"},
		{"POST", "/test/5", "ANY /{proxy+}", "map[proxy:test/5]"},
		{"POST", "/pets/dog/1", "ANY /{proxy+}", "map[proxy:pets/dog/1]"},
		{"PATCH", "/users/me", "PATCH /users/me", "map[]"},
		{"GET", "/users/me", "GET /users/{userId}", "map[userId:me]"},
		{"POST", "/users/me", "POST /users/{name}", "map[name:me]"},
		{"GET", "/users/me/notes", "GET /users/{userId}/notes", "map[userId:me]"},
		{"PUT", "/users/me", "ANY /{proxy+}", "map[proxy:users/me]"},
		{"GET", "/", "GET /", "map[]"},
		{"PUT", "/", "ANY /", "map[]"},
		{"DELETE", "/any", "DELETE /any", "map[]"},
		{"GET", "/any", "ANY /any", "map[]"},
		{"GET", "/a//b", "ANY /{proxy+}", "map[proxy:a//b]"},
		{"GET", "//a", "ANY /{proxy+}", "map[proxy:/a]"},
		{"GET", "/users/", "ANY /{proxy+}", "map[proxy:users/]"},
	} {
		got, ok := tbl.Find(tt.method, tt.path)
		if params := fmt.Sprint(got.Params); !ok || got.Route != tt.want || params != tt.params {
			t.Errorf("%s %s: got %s with %s, want %s with %s", tt.method, tt.path, got.Route, params, tt.want, tt.params)
		}
	}
}

func TestFindsNothing(t *testing.T) {
	t.Parallel()
	tbl := table(t, [2]string{"GET", "/things/{id}"}, [2]string{"GET", "/files/{proxy+}"})
	if _, ok := tbl.Find("GET", "/things/1"); !ok {
		t.Error("/things/1 was not found")
	}
	for _, tt := range [][2]string{{"PUT", "/things/1"}, {"GET", "/things/"}, {"GET", "/things"}, {"GET", "/things/1/2"}, {"GET", "/files/"}, {"GET", "/files"}, {"GET", "/"}, {"GET", "/Things/1"}} {
		if got, ok := tbl.Find(tt[0], tt[1]); ok {
			t.Errorf("%s: got %s", tt, got.Route)
		}
	}
}

// A log names a path's template even where the path lacks the method.
func TestTemplate(t *testing.T) {
	t.Parallel()
	tbl := table(t, [2]string{"GET", "/things/{id}"}, [2]string{"PUT", "/things/{id}"})
	for path, want := range map[string]string{"/things/1": "/things/{id}", "/things": "", "/": ""} {
		if got := tbl.Template(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		template string
		want     error
	}{
		{"/things/{other}", routes.ErrTwice}, {"/files/{rest+}", routes.ErrTwice}, {"/", routes.ErrTwice},
		{"things", routes.ErrPath}, {"", routes.ErrPath}, {"/a/n-{id}", routes.ErrPath}, {"/a/{id}-n", routes.ErrPath}, {"/a/{}", routes.ErrPath},
		{"/a/{+}", routes.ErrPath}, {"/a/{id", routes.ErrPath}, {"/a/id}", routes.ErrPath}, {"/a//b", routes.ErrPath}, {"/a/", routes.ErrPath},
		{"/a/{rest+}/b", routes.ErrPath}, {"/a/{i d}", routes.ErrPath},
	} {
		tbl := table(t, [2]string{"GET", "/things/{id}"}, [2]string{"GET", "/files/{proxy+}"}, [2]string{"GET", "/"}, [2]string{"POST", "/things/{other}"})
		if err := tbl.Add("GET", tt.template, "x"); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.template, err, tt.want)
		}
	}
}
