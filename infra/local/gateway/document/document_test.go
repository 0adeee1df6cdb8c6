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
	d, err := document.Parse([]byte("a: !Sub '${B}'\nb: !Ref C\nc: !GetAtt D.E.F\nd: !If [G, !Ref H, 1]\ne: !Condition I\nf: !GetAtt [J, K]\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"a": map[string]any{"Fn::Sub": "${B}"}, "b": map[string]any{"Ref": "C"}, "c": map[string]any{"Fn::GetAtt": []any{"D", "E.F"}},
		"d": map[string]any{"Fn::If": []any{"G", map[string]any{"Ref": "H"}, 1}}, "e": map[string]any{"Condition": "I"},
		"f": map[string]any{"Fn::GetAtt": []any{"J", "K"}},
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

// Each text is refused; what stays small or flat passes.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	bomb := "a0: &a0 [x, x]\n"
	for i := 1; i < 30; i++ {
		bomb += strings.NewReplacer("I", string(rune('a'+i)), "P", string(rune('a'+i-1))).Replace("I0: &I0 [*P0, *P0]\n")
	}
	for rule, text := range map[string]string{
		"nothing": "", "half": "{\"a\": [", "a member twice": "a: 1\na: 2\n", "a member twice in JSON": `{"a":1,"a":2}`,
		"a bomb": bomb, "a circle": "a: &a [*a]\n", "a deep list": strings.Repeat("[", 300) + strings.Repeat("]", 300), "<< of a text": "a: {<<: x}\n",
		"text after the object": `{"a":1} {"b":2}`,
	} {
		if d, err := document.Parse([]byte(text)); d != nil || !errors.Is(err, document.ErrSyntax) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %v in one line", rule, err, document.ErrSyntax)
		}
	}
	if _, err := document.Parse([]byte("a: &a [x]\nb: [*a, *a]\n")); err != nil {
		t.Errorf("aliases in measure: %v", err)
	}
}
