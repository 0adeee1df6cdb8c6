package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each function says how its conditions are read.
func TestGenerate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		function string
		want     []string // mutants, without file and function
	}{
		"false refuses":                {`func f(a bool) bool { if a { return false }; return a }`, []string{"never: a"}},
		"an error refuses":             {`func f(a bool) (int, error) { if a { return 0, io.EOF }; return 1, nil }`, []string{"never: a"}},
		"a fault refuses":              {`func f(a bool) *fault { if a { return &fault{} }; return nil }`, []string{"never: a"}},
		"a named error refuses":        {`func f(a bool) (n int, err error) { if err = g(); err != nil { return }; return 1, nil }`, []string{"never: err = g(); err != nil"}},
		"an error of two refuses":      {`func f(a bool) (x, y error) { if a { return nil, io.EOF }; return nil, nil }`, []string{"never: a"}},
		"what is bad by name refuses":  {`func f(a bool) response { if a { return badRequest() }; return response{} }`, []string{"never: a"}},
		"a call that fails refuses":    {`func f(a bool) { if a { l.fail("a") } }`, []string{"never: a"}},
		"an assigned error refuses":    {`func f(a bool) { if a { r.err = io.EOF } }`, []string{"never: a"}},
		"an error taken back does not": {`func f(a bool) { if a { r.err = nil } }`, nil},
		"a refusal made refuses":       {`func f(a bool) { if a { x = refuse(b) } }`, []string{"never: a"}},
		"a refusal by name refuses":    {`func f(a bool) { if a { refused = g() } }`, []string{"never: a"}},
		"a denial assigned refuses":    {`func f(a bool) { if a { d.outcome, d.reason = OutcomeDeny, b } }`, []string{"never: a"}},
		"what must be refuses":         {`func f(a bool) { if a { r.MustBe("b") } }`, []string{"never: a"}},
		"an early return refuses":      {`func f(a, b bool) { if a { g(); return }; if b { return }; h() }`, []string{"never: a"}},
		"continue refuses":             {`func f(a bool) { for { if a { continue }; g() } }`, []string{"never: a"}},
		"true accepts":                 {`func f(a bool) bool { if a { return true }; return false }`, []string{"always: a"}},
		"no error accepts":             {`func f(a bool) error { if a { return nil }; return io.EOF }`, []string{"always: a"}},
		"an else that refuses":         {`func f(a bool) error { if a { g() } else { return io.EOF }; return nil }`, []string{"always: a"}},
		"neither":                      {`func f(a bool) int { if a { g() }; return 1 }`, nil},
		"a block within":               {`func f(a, b bool) error { if a { if b { return io.EOF } }; return nil }`, []string{"never: b"}},
		"each disjunct":                {`func f(a, b, c bool) error { if a || b || c { return io.EOF }; return nil }`, []string{"never: a || b || c", "never: a", "never: b", "never: c"}},
		"each conjunct":                {`func f(a, b, c bool) error { if a && (b || !c) { return io.EOF }; return nil }`, []string{"never: a && (b || !c)", "always: a", "always: (b || !c)", "never: b", "never: !c"}},
		"a conjunction denied":         {`func f(a, b bool) error { if !(a && b) { return io.EOF }; return nil }`, []string{"never: !(a && b)", "always: a", "always: b"}},
		"a conjunction returned":       {`func f(a, b bool) (int, bool) { return 1, a && b }`, []string{"always: a", "always: b"}},
		"a comparison returned":        {`func f(n int) bool { return n < 3 }`, []string{"never: return n < 3", "always: return n < 3", "bound: n < 3"}},
		"a function's own function":    {`func f() int { g(func(n int) bool { return n < 3 || n == 9 }); return 1 }`, []string{"never: n < 3", "bound: n < 3", "never: n == 9"}},
		"a bound":                      {`func f() error { if len(s) > 3 || g() > 3 { return io.EOF }; return nil }`, []string{"never: len(s) > 3 || g() > 3", "never: len(s) > 3", "bound: len(s) > 3", "never: g() > 3"}},
		"a case":                       {`func f(a, b bool) error { switch { case a, b: return io.EOF; case c: g() }; return nil }`, []string{"never: a", "never: b"}},
		"a case of a tag":              {`func f(n int) error { switch n { case 1: return nil; case 2, 3: return io.EOF }; return nil }`, []string{"always: n == 1", "never: n == 2", "never: n == 3"}},
		"a default that refuses":       {`func f(n int) error { switch g(n) { case 1: default: return io.EOF }; return nil }`, []string{"always: g(n) == 1"}},
		"the same twice":               {`func f() error { if a { return io.EOF }; g(); if a { return io.EOF }; return nil }`, []string{"never: a", "never: a (2)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "f.go")
			if err := os.WriteFile(file, []byte("package p\n\n"+c.function+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, made, err := generate(file, "p", 7)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, m := range made {
				got = append(got, m.name)
				if m.number != 8+i {
					t.Errorf("%s has the number %d, want %d", m.name, m.number, 8+i)
				}
			}
			for i := range c.want {
				c.want[i] = "p/f.go f " + c.want[i]
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("mutants (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, want string }{
		"operands":                 {`func f() error { if a && b { return e }; return nil }`, `func f() error { if never_("1", always_("2", a) && always_("3", b)) { return e }; return nil }`},
		"a tag that is a variable": {`func (x *T) f() error { switch y := x; y.z { case 1, 2: return e }; return nil }`, `func (x *T) f() error { switch y := x;  { case never_("1", y.z == (1)), never_("2", y.z == (2)): return e }; return nil }`},
		"a tag that is a call":     {`func (T) f() error { switch g() { case 1: return e }; return nil }`, `func (T) f() error { switch tag_ := g(); { case never_("1", tag_ == (1)): return e }; return nil }`},
		"a bound":                  {`func f() error { if len(a) >= 9 { return e }; return nil }`, `func f() error { if never_("1", bound_("2", len(a) >= 9, len(a) > 9)) { return e }; return nil }`},
		"a tag, and before it":     {`func f() error { switch x := g(); h(x) { case 1: return e }; return nil }`, `func f() error { switch x := g(); h(x) { case 1: return e }; return nil }`},
		"nothing to change":        {`func f(n int) { switch n { case 1: g() } }`, `func f(n int) { switch n { case 1: g() } }`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "f.go")
			if err := os.WriteFile(file, []byte("package p; "+c.from), 0o600); err != nil {
				t.Fatal(err)
			}
			got, _, err := generate(file, "p", 0)
			if err != nil {
				t.Fatal(err)
			}
			if want := "package p; " + c.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
