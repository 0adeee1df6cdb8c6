package deploy_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/pkg/note/notetest"
	"github.com/notegate/notegate/pkg/noteapi"
)

// A route is an edit in openapi.yaml and one in noteapi; this says which of the
// two is missing.
func TestDefinitionAndHandlerHaveTheSameRoutes(t *testing.T) {
	t.Parallel()
	defined := map[string][]string{}
	for where := range operations(load(t)) {
		method, path, _ := strings.Cut(where, " ")
		if method != http.MethodOptions {
			defined[path] = append(defined[path], method)
		}
	}
	for path := range defined {
		slices.Sort(defined[path])
	}
	handled := map[string][]string{}
	for _, path := range handledPaths(t) {
		handled[path] = methodsOf(t, path)
	}
	if diff := cmp.Diff(defined, handled); diff != "" {
		t.Errorf("routes of openapi.yaml (-) and of noteapi (+):\n%s", diff)
	}
}

// methodsOf asks the handler for a method that no path has: its answer names
// those that the path has.
func methodsOf(t *testing.T, path string) []string {
	t.Helper()
	h, err := noteapi.New(noteapi.Config{
		Store: &notetest.Memory{}, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return fixtureTime },
	})
	if err != nil {
		t.Fatal(err)
	}
	event := fixture(t, doors.RestLambda)
	event["resource"], event["httpMethod"] = path, "NONE"
	text, err := h.Invoke(t.Context(), []byte(body(t, event)))
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		StatusCode int
		Headers    map[string]string
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.StatusCode != http.StatusMethodNotAllowed {
		t.Fatalf("NONE %s: %s", path, text)
	}
	return strings.Split(answer.Headers["Allow"], ", ")
}

// handledPaths reads noteapi's paths from its source: a path that the definition
// lacks could not be asked for.
func handledPaths(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../pkg/noteapi/routes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if entry, ok := n.(*ast.KeyValueExpr); ok {
			if key, ok := entry.Key.(*ast.BasicLit); ok && strings.HasPrefix(key.Value, `"/`) {
				paths[strings.Trim(key.Value, `"`)] = true
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(paths))
}
