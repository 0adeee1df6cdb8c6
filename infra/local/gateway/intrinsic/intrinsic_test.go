package intrinsic_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

var errOwn = errors.New("a lookup's own error")

func resolver() *intrinsic.Resolver {
	return &intrinsic.Resolver{
		Ref: func(name string) (any, bool, error) {
			if name == "Broken" {
				return nil, false, errOwn
			}
			v, ok := map[string]any{"A": "a", "List": []any{"x", "y"}, "N": 7, "Dotted.Name": "d"}[name]
			return v, ok, nil
		},
		Attribute: func(resource, attribute string) (any, bool, error) {
			return resource + "/" + attribute, resource == "F", nil
		},
		Conditions: map[string]bool{"Yes": true, "No": false},
		Mappings:   map[string]any{"M": map[string]any{"a": map[string]any{"k": "v"}}},
		Skip:       []string{"example"},
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want any
	}{
		{"!Ref A", "a"},
		{"[!Ref 'AWS::NoValue', 1]", []any{1}},
		{"{a: !Ref 'AWS::NoValue', b: 1}", map[string]any{"b": 1}},
		{"!Sub '${A}-${!A}-${F.Arn}-${F.X.Y}-${N}-${Dotted.Name}'", "a-${A}-F/Arn-F/X.Y-7-d"},
		{"!Sub ['${A}${B}', {A: 1, B: !Ref A}]", "1a"},
		{"!GetAtt F.Arn", "F/Arn"},
		{"Fn::GetAtt: F.Arn", "F/Arn"},
		{"Fn::GetAtt: [F, !Ref A]", "F/a"},
		{"!If [Yes, 1, !Ref Nobody]", 1},
		{"!If [No, !Ref Nobody, [!If [Yes, !Ref 'AWS::NoValue', 0]]]", []any{}},
		{"!Join ['|', !Split [',', 'a,b,']]", "a|b|"},
		{"!Select [1, !Ref List]", "y"},
		{"!Select ['0', !Ref List]", "x"},
		{"!FindInMap [M, !Ref A, k]", "v"},
		{"!Equals [!Ref A, a]", true},
		{"!Equals [!Ref N, '8']", false},
		{"!Not [!Equals [1, 2]]", true},
		{"!And [!Condition Yes, !Equals [1, 1]]", true},
		{"!And [!Condition Yes, !Condition No]", false},
		{"!Or [!Condition No, !Equals [1, 1]]", true},
		{"!Or [!Condition No, !Condition No]", false},
		{"{example: {Ref: Nobody}}", map[string]any{"example": map[string]any{"Ref": "Nobody"}}},
		{"{Ref: {type: string}, other: 1}", map[string]any{"Ref": map[string]any{"type": "string"}, "other": 1}}, // a schema's property of that name
	} {
		d, err := document.Parse([]byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		got, problems := resolver().Resolve(d.Value)
		if len(problems) > 0 {
			t.Errorf("%s: %v", tt.text, problems)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want error
		says string
	}{
		{"!Ref Nobody", intrinsic.ErrValue, `"Nobody"`},
		{"!Ref Broken", errOwn, ""},
		{"!Sub '${Nobody}'", intrinsic.ErrValue, `"Nobody"`},
		{"!Sub '${Nobody.Arn}'", intrinsic.ErrValue, `"Nobody.Arn"`},
		{"Fn::Sub: 1", intrinsic.ErrValue, "Fn::Sub"},
		{"!Sub ['${A}', 1]", intrinsic.ErrValue, "Fn::Sub"},
		{"!GetAtt Nobody.Arn", intrinsic.ErrValue, `"Nobody.Arn"`},
		{"Fn::GetAtt: [F]", intrinsic.ErrValue, "Fn::GetAtt"},
		{"!GetAtt F", intrinsic.ErrValue, "Fn::GetAtt"},
		{"!If [Maybe, 1, 2]", intrinsic.ErrValue, `"Maybe"`},
		{"!If [Yes, 1]", intrinsic.ErrValue, "Fn::If"},
		{"!If Yes", intrinsic.ErrValue, "Fn::If"},
		{"!Join [1, []]", intrinsic.ErrValue, "Fn::Join"},
		{"!Join x", intrinsic.ErrValue, "Fn::Join: its argument is not a list"},
		{"!Split [',', 1]", intrinsic.ErrValue, "Fn::Split"},
		{"!Select [2, !Ref List]", intrinsic.ErrValue, "Fn::Select"},
		{"!Select [-1, !Ref List]", intrinsic.ErrValue, "Fn::Select"},
		{"!FindInMap [M, b, k]", intrinsic.ErrValue, "Fn::FindInMap"},
		{"!Equals [1]", intrinsic.ErrValue, "Fn::Equals"},
		{"!Not [1]", intrinsic.ErrValue, "Fn::Not"},
		{"!Not [!Condition Yes, !Condition Yes]", intrinsic.ErrValue, "Fn::Not"},
		{"!Or []", intrinsic.ErrValue, "Fn::Or"},
		{"!And [!Condition Maybe]", intrinsic.ErrValue, "Fn::And"},
		{"!Cidr [1]", intrinsic.ErrUnsupported, "Fn::Cidr"},
		{"{Ref: A, x: 1}", intrinsic.ErrUnsupported, "Ref"},
		{"{'Fn::Sub': A, x: 1}", intrinsic.ErrUnsupported, "Fn::Sub"},
	} {
		d, err := document.Parse([]byte("top: [0, " + strings.TrimSpace(flow(tt.text)) + "]"))
		if err != nil {
			t.Fatal(err)
		}
		_, problems := resolver().Resolve(d.Value)
		if len(problems) != 1 || !errors.Is(problems[0].Err, tt.want) || !strings.Contains(problems[0].Err.Error(), tt.says) {
			t.Errorf("%s: %v, want %v with %s", tt.text, problems, tt.want, tt.says)
			continue
		}
		if at := fmt.Sprint(problems[0].Path); at != "[top 1]" {
			t.Errorf("%s: at %s, want [top 1]", tt.text, at)
		}
	}
}

// flow puts a block mapping of one member into braces.
func flow(text string) string {
	if strings.HasPrefix(text, "Fn::") {
		name, rest, _ := strings.Cut(text, ": ")
		return "{'" + name + "': " + rest + "}"
	}
	return text
}

// A resolver without values resolves nothing, and leaves a document without
// functions as it is.
func TestZeroResolver(t *testing.T) {
	t.Parallel()
	var zero intrinsic.Resolver
	document := map[string]any{"a": []any{1, "x"}}
	if got, problems := zero.Resolve(document); len(problems) > 0 || !cmp.Equal(any(document), got) {
		t.Errorf("got %v and %v", got, problems)
	}
	for _, function := range []map[string]any{{"Ref": "A"}, {"Fn::GetAtt": "A.B"}, {"Fn::Sub": "${A.B}"}, {"Fn::If": []any{"A", 1, 2}}} {
		if _, problems := zero.Resolve(function); len(problems) != 1 || !errors.Is(problems[0].Err, intrinsic.ErrValue) {
			t.Errorf("%v: %v", function, problems)
		}
	}
}

// Calls of functions are not merged: the resource's own counts.
func TestMerge(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	plain, ref, sub, two := object{"a": 1}, object{"Ref": "A"}, object{"Fn::Sub": "a"}, object{"Ref": "A", "Fn::Sub": "a"}
	for _, tt := range []struct{ global, own, want object }{
		{plain, object{"b": 2}, object{"a": 1, "b": 2}},
		{plain, object{"a": 2}, object{"a": 2}},
		{plain, ref, ref},
		{ref, plain, plain},
		{plain, sub, sub},
		{sub, plain, plain},
		{plain, two, object{"a": 1, "Ref": "A", "Fn::Sub": "a"}},
	} {
		if diff := cmp.Diff(object{"x": tt.want}, intrinsic.Merge(object{"x": tt.global}, object{"x": tt.own})); diff != "" {
			t.Errorf("%v under %v (-want +got):\n%s", tt.global, tt.own, diff)
		}
	}
}
