package noteapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

// TestTagsNeverComeBack is a race that the version alone loses: a note that was
// opened, and is then edited, deleted and created again as often as it takes.
func TestTagsNeverComeBack(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(testing.TB) event{
		"update": func(t testing.TB) event { return update(t, `{"note":"from the old text"}`) },
		"delete": remove,
	} {
		a := newApp(t)
		begin := func() string {
			a.want(t, create(t, `{"noteid":"shopping","note":"milk"}`), 200, `{"message":"Note created"}`)
			return a.send(t, get(t)).Headers["ETag"]
		}
		opened := begin()
		for range 2 {
			a.want(t, update(t, `{"note":"bread"}`), 200, `{"message":"Note updated"}`)
		}
		a.want(t, remove(t), 200, `{"message":"Note deleted"}`)
		a.want(t, change(t).header("If-Match", opened), 412, `{"message":"The note is gone or not at the version of If-Match"}`)
		again := begin() // in the same millisecond, with the same text
		a.want(t, change(t).header("If-Match", opened), 412, `{"message":"The note is gone or not at the version of If-Match"}`)
		if got := a.stored(t); len(got) != 1 || got[0].Text != "milk" || got[0].Version != 1 {
			t.Errorf("%s: stored %v, want the new note", name, got)
		}
		if got := a.send(t, change(t).header("If-Match", again)).Status; got != 200 {
			t.Errorf("%s: the new tag: got status %d, want 200", name, got)
		}
	}
}

// TestIfMatch has each form of an If-Match for the note with the tag "TODAY.3".
func TestIfMatch(t *testing.T) {
	t.Parallel()
	const (
		stale = `{"message":"The note is gone or not at the version of If-Match"}`
		bad   = `{"message":"If-Match must be * or up to 10 entity tags, each as an ETag header had it"}`
	)
	tags := func(n int, last string) string {
		var list strings.Builder
		for i := range n - 1 {
			fmt.Fprintf(&list, `"TODAY.%d", `, 100+i)
		}
		return list.String() + last
	}
	for name, c := range map[string]struct {
		header []string
		status int
		body   string
	}{
		"the tag":                  {[]string{`"TODAY.3"`}, 200, ""},
		"weakened":                 {[]string{`W/"TODAY.3"`}, 200, ""},
		"compressed by gzip":       {[]string{`"TODAY.3-gzip"`}, 200, ""},
		"compressed by br":         {[]string{`W/"TODAY.3-br"`}, 200, ""},
		"blanks around it":         {[]string{" \t\"TODAY.3\" "}, 200, ""},
		"last of a list":           {[]string{`"TODAY.2", W/"x,y" ,"TODAY.3"`}, 200, ""},
		"first of a list":          {[]string{`"TODAY.3","3"`}, 200, ""},
		"in the second header":     {[]string{`"TODAY.2"`, `"TODAY.3"`}, 200, ""},
		"twice":                    {[]string{`"TODAY.3"`, `"TODAY.3"`}, 200, ""},
		"empty elements":           {[]string{`, ,"TODAY.3",`}, 200, ""},
		"last of 10":               {[]string{tags(10, `"TODAY.3"`)}, 200, ""},
		"last of many of others":   {[]string{strings.Repeat(`"x",`, 100) + `"TODAY.3"`}, 200, ""},
		"version alone":            {[]string{`"3"`}, 412, stale},
		"weak version alone":       {[]string{`W/"3"`}, 412, stale},
		"version before":           {[]string{`"TODAY.2"`}, 412, stale},
		"weak version before":      {[]string{`W/"TODAY.2"`}, 412, stale},
		"version to come":          {[]string{`"TODAY.4"`}, 412, stale},
		"another birth":            {[]string{`"TODA.3"`}, 412, stale},
		"birth in another case":    {[]string{`"today.3"`}, 412, stale},
		"birth alone":              {[]string{`"TODAY"`}, 412, stale},
		"birth and no version":     {[]string{`"TODAY."`}, 412, stale},
		"no birth":                 {[]string{`".3"`}, 412, stale},
		"leading zero":             {[]string{`"TODAY.03"`}, 412, stale},
		"sign":                     {[]string{`"TODAY.+3"`}, 412, stale},
		"fraction":                 {[]string{`"TODAY.3.0"`}, 412, stale},
		"version over int64":       {[]string{`"TODAY.9223372036854775808"`}, 412, stale},
		"zero":                     {[]string{`"0"`}, 412, stale},
		"compressed by another":    {[]string{`"TODAY.3-zip"`}, 412, stale},
		"empty":                    {[]string{`""`}, 412, stale},
		"list of others":           {[]string{`"TODAY.2", "3", W/"x"`}, 412, stale},
		"11 tags":                  {[]string{tags(11, `"TODAY.3"`)}, 400, bad},
		"no tag":                   {[]string{``}, 400, bad},
		"commas alone":             {[]string{`, ,`}, 400, bad},
		"no quotes":                {[]string{`TODAY.3`}, 400, bad},
		"half a quote":             {[]string{`"TODAY.3`}, 400, bad},
		"lower-case mark":          {[]string{`w/"TODAY.3"`}, 400, bad},
		"blank within":             {[]string{`"TODAY. 3"`}, 400, bad},
		"blank between":            {[]string{`"TODAY.3" "TODAY.2"`}, 400, bad},
		"any, and a tag":           {[]string{`*`, `"TODAY.3"`}, 400, bad},
		"a tag, and any":           {[]string{`"TODAY.3",*`}, 400, bad},
		"a tag, and one malformed": {[]string{`"TODAY.3"`, `TODAY.3`}, 400, bad},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for operation, e := range map[string]event{"Note updated": update(t, `{"note":"x"}`), "Note deleted": remove(t)} {
				a := newApp(t)
				n := note.Note{ID: "shopping", Text: "milk", Birth: "TODAY", Version: 3, CreatedAt: now, UpdatedAt: now}
				if _, err := a.store.Memory.Create(t.Context(), owner(t, sub), n); err != nil {
					t.Fatal(err)
				}
				want := c.body
				if c.status == 200 {
					want = `{"message":"` + operation + `"}`
				}
				a.want(t, e.header("If-Match", c.header...), c.status, want)
				if got := a.stored(t); c.status != 200 && (len(got) != 1 || got[0] != n) {
					t.Errorf("stored %v, want %v", got, n)
				}
			}
		})
	}
}
