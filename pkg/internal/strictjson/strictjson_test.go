package strictjson_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

// thing has a member of each kind.
type thing struct {
	Text  string
	Texts []string
	Inner map[string]string
	Null  bool
}

func (t *thing) read(r *strictjson.Reader, document string) error {
	*t = thing{}
	return r.Object([]byte(document), func(name string) error {
		switch name {
		case "text":
			return r.String(&t.Text)
		case "texts":
			return r.Strings(&t.Texts)
		case "inner":
			t.Inner = map[string]string{}
			return r.Members(func(name string) error {
				var value string
				err := r.String(&value)
				t.Inner[name] = value
				return err
			})
		case "list":
			return r.Elements(r.SkipValue)
		case "nothing":
			if t.Null = r.Null(); t.Null {
				return nil
			}
		}
		return r.SkipValue()
	})
}

const good = `{"text":"a","other":[{"x":1}],"texts":["b","c"],"inner":{"d":"e"},"nothing":null}`

func TestObject(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rule, document string
		want           error // nil: the decoder's own, or errors of no name
		good           bool
	}{
		{rule: "good", document: good, good: true},
		{rule: "blanks around it", document: " \n" + good + "\t ", good: true},
		{rule: "name with an escape", document: strings.Replace(good, `"text"`, `"te\u0078t"`, 1), good: true},
		{rule: "name in another case", document: `{"Text":7,` + good[1:], good: true},
		{rule: "empty", document: ""},
		{rule: "blank", document: " "},
		{rule: "cut short", document: good[:len(good)-1]},
		{rule: "cut short in a value", document: `{"text":"a`},
		{rule: "an array", document: "[" + good + "]", want: strictjson.WrongType{Want: "an object"}},
		{rule: "null", document: "null", want: strictjson.WrongType{Want: "an object"}},
		{rule: "another document after it", document: good + good},
		{rule: "a byte after it", document: good + "x"},
		{rule: "name twice", document: `{"text":"b",` + good[1:]},
		{rule: "name twice, once escaped", document: `{"\u0074ext":"b",` + good[1:]},
		{rule: "unknown name twice", document: `{"other":1,` + good[1:]},
		{rule: "name twice in what is skipped", document: strings.Replace(good, `{"x":1}`, `{"x":1,"x":1}`, 1)},
		{rule: "name twice in an inner object", document: strings.Replace(good, `{"d":"e"}`, `{"d":"e","d":"e"}`, 1)},
		{rule: "not UTF-8", document: strings.Replace(good, `"a"`, "\"\xff\"", 1)},
		{rule: "not UTF-8 in what is skipped", document: strings.Replace(good, `"x":1`, "\"x\":\"\xff\"", 1)},
		{rule: "string that is a number", document: strings.Replace(good, `"a"`, "7", 1), want: strictjson.WrongType{Member: "text", Want: "a string"}},
		{rule: "string that is null", document: strings.Replace(good, `"a"`, "null", 1), want: strictjson.WrongType{Member: "text", Want: "a string"}},
		{rule: "array that is a string", document: strings.Replace(good, `["b","c"]`, `"b"`, 1), want: strictjson.WrongType{Member: "texts", Want: "an array of strings"}},
		{rule: "elements of an array", document: `{"list":[1,"2",{}],` + good[1:], good: true},
		{rule: "elements of a string", document: `{"list":"b",` + good[1:], want: strictjson.WrongType{Member: "list", Want: "an array"}},
		{rule: "array of something else", document: strings.Replace(good, `["b","c"]`, `["b",7]`, 1), want: strictjson.WrongType{Member: "texts", Want: "a string"}},
		{rule: "object that is an array", document: strings.Replace(good, `{"d":"e"}`, `[]`, 1), want: strictjson.WrongType{Member: "inner", Want: "an object"}},
		{rule: "wrong in an inner object", document: strings.Replace(good, `"e"`, `{}`, 1), want: strictjson.WrongType{Member: "d", Want: "a string"}},
	}
	var r strictjson.Reader // one for all: nothing of a row is left for the next
	want := thing{Text: "a", Texts: []string{"b", "c"}, Inner: map[string]string{"d": "e"}, Null: true}
	for _, tt := range tests {
		var got thing
		err := got.read(&r, tt.document)
		switch wrong := (strictjson.WrongType{}); {
		case tt.good && (err != nil || !cmp.Equal(got, want)):
			t.Errorf("%s: got %+v, %v, want %+v", tt.rule, got, err, want)
		case !tt.good && err == nil:
			t.Errorf("%s: got %+v, want it refused", tt.rule, got)
		case tt.want != nil && err != tt.want:
			t.Errorf("%s: got error %v, want %v", tt.rule, err, tt.want)
		case tt.want == nil && errors.As(err, &wrong):
			t.Errorf("%s: got error %v, want the decoder's own", tt.rule, err)
		}
	}
}

// A name that cannot be read is handed to nobody.
func TestNoNameOfBadNames(t *testing.T) {
	t.Parallel()
	var r strictjson.Reader
	for _, document := range []string{`{"a":1,"a":2}`, "{\"a\":1,\"\xff\":2}", `{"a":1,"b`} {
		var names []string
		err := r.Object([]byte(document), func(name string) error {
			names = append(names, name)
			return r.SkipValue()
		})
		if diff := cmp.Diff([]string{"a"}, names); diff != "" || err == nil {
			t.Errorf("%s: got %v, names (-want +got):\n%s", document, err, diff)
		}
	}
}

func TestNullIsNoOtherValue(t *testing.T) {
	t.Parallel()
	var r strictjson.Reader
	for _, value := range []string{"7", `"null"`, "false", "{}", "[]"} {
		var got thing
		if err := got.read(&r, strings.Replace(good, "null", value, 1)); err != nil || got.Null {
			t.Errorf("%s: got %v, taken for null %t, want neither", value, err, got.Null)
		}
	}
}

func TestObjectReturnsTheCallersError(t *testing.T) {
	t.Parallel()
	var r strictjson.Reader
	err := r.Object([]byte(good), func(string) error { return io.ErrNoProgress })
	if err != io.ErrNoProgress {
		t.Errorf("got %v, want the error of the function that reads", err)
	}
}

// A token is not kept by a reader that waits for the next one.
func TestReaderKeepsNoDocument(t *testing.T) {
	t.Parallel()
	var r strictjson.Reader
	kept := func() weak.Pointer[byte] {
		document := []byte(good)
		if err := r.Object(document, func(string) error { return r.SkipValue() }); err != nil {
			t.Fatal(err)
		}
		return weak.Make(&document[0])
	}()
	runtime.GC()
	if kept.Value() != nil {
		t.Error("the reader still holds the document")
	}
	runtime.KeepAlive(&r)
}
