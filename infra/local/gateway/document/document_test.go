package document_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/document"
)

// The same value and lines come out of both syntaxes.
func TestParse(t *testing.T) {
	t.Parallel()
	for rule, text := range map[string]string{
		"YAML":           "a:\n  b: [1, x, {c: null}]\n  date: 2012-10-17\n200: true\nf: 1.5\n",
		"JSON":           "{\"a\":\n {\"b\": [1, \"x\", {\"c\": null}],\n \"date\": \"2012-10-17\"},\n\t\"200\": true,\n\"f\": 1.5}",
		"YAML in braces": "{a:\n {b: [1, x, {c: null}],\n date: 2012-10-17},\n 200: true,\n f: 1.5}",
	} {
		d, err := document.Parse([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		want := map[string]any{"a": map[string]any{"b": []any{1, "x", map[string]any{"c": nil}}, "date": "2012-10-17"}, "200": true, "f": 1.5}
		if diff := cmp.Diff(any(want), d.Value); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
		for _, tt := range []struct {
			path []string
			line int
		}{{[]string{"a"}, 1}, {[]string{"a", "b", "2", "c"}, 2}, {[]string{"a", "date"}, 3}, {[]string{"a", "gone"}, 1}, {[]string{"f"}, 5}, {[]string{"gone"}, 0}} {
			if got := d.Line(tt.path...); got != tt.line {
				t.Errorf("%s: %v is in line %d, want %d", rule, tt.path, got, tt.line)
			}
		}
	}
}

func TestShortForms(t *testing.T) {
	t.Parallel()
	d, err := document.Parse([]byte("a: !Sub '${B}'\nb: !Ref C\nc: !GetAtt D.E.F\nd: !If [G, !Ref H, 1]\ne: !Condition I\nf: !GetAtt [J, K]\ng: !Sub 5\nh: !<tag:example.com,2000:x> y\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"a": map[string]any{"Fn::Sub": "${B}"}, "b": map[string]any{"Ref": "C"}, "c": map[string]any{"Fn::GetAtt": []any{"D", "E.F"}},
		"d": map[string]any{"Fn::If": []any{"G", map[string]any{"Ref": "H"}, 1}}, "e": map[string]any{"Condition": "I"},
		"f": map[string]any{"Fn::GetAtt": []any{"J", "K"}}, "g": map[string]any{"Fn::Sub": "5"}, "h": "y",
	}
	if diff := cmp.Diff(any(want), d.Value); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	d, err := document.Parse([]byte("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], a: 0}\nw: *x\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := d.Value.(map[string]any)
	if diff := cmp.Diff(any(map[string]any{"a": 0, "b": 2, "c": 4}), got["z"]); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got["x"], got["w"]); diff != "" {
		t.Errorf("alias (-want +got):\n%s", diff)
	}
}

// Each text is refused, in one line.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct{ text, want string }{
		"nothing":                  {"", "the text is empty"},
		"half":                     {`{"a": [`, "yaml: line 1: did not find expected node content"},
		"a member twice":           {"a: 1\na: 2\n", "line 2: a is defined twice"},
		"a member twice in JSON":   {`{"a":1,"a":2}`, "line 1: a is defined twice"},
		"a member twice in a list": {"a: [{b: 1, b: 2}]\n", "line 1: b is defined twice"},
		"a member twice in a call": {"a: !Join [{b: 1, b: 2}]\n", "line 1: b is defined twice"},
		"a member twice in <<":     {"a: {<<: {b: 1, b: 2}}\n", "line 1: b is defined twice"},
		"<< of a text":             {"a: {<<: x}\n", "line 1: the value of << is not a mapping"},
		"a circle":                 {"a: &a [*a]\n", "line 1: the aliases expand to too many nodes"},
		"two documents":            {"a: 1\n---\nb: 2\n", "the text holds more than one document"},
		"text after the object":    {`{"a":1} {"b":2}`, "the text holds more than one document"},
	} {
		d, err := document.Parse([]byte(tt.text))
		if want := document.ErrSyntax.Error() + ": " + tt.want; d != nil || !errors.Is(err, document.ErrSyntax) || err.Error() != want {
			t.Errorf("%s: %v, want %s", rule, err, want)
		}
	}
}

// What aliases may unfold to has a bound, and so has what a text may nest.
func TestBounds(t *testing.T) {
	t.Parallel()
	const nodes, depth = 1 << 18, 200
	unfolded := func(lists, texts, more int) string { // an alias counts, and so does what it stands for
		return "[&a [" + strings.Repeat("x, ", texts) + "]" + strings.Repeat(", *a", lists-1) + strings.Repeat(", x", more) + "]"
	}
	nested := func(lists int) string { return strings.Repeat("[", lists) + strings.Repeat("]", lists) }
	for rule, tt := range map[string]struct {
		text string
		want error
	}{
		"as many nodes as may be": {unfolded(512, nodes/512-2, 0), nil},
		"one node too many":       {unfolded(512, nodes/512-2, 1), document.ErrSyntax},
		"as deep as may be":       {nested(depth + 1), nil},
		"one level too deep":      {nested(depth + 2), document.ErrSyntax},
	} {
		if _, err := document.Parse([]byte(tt.text)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", rule, err, tt.want)
		}
	}
}
