// Package strictjson reads JSON that strangers wrote. It refuses what parsers
// disagree about: a name twice in one object, text that is not UTF-8, bytes
// after the end (RFC 8259 sections 4 and 8.1, RFC 7493 section 2). A name means
// a member in exactly one case, and a value has exactly one type.
//
// The jsontext package does the parsing. Here its tokens go straight to where
// they belong, because decoding by reflection, as package json does it, would
// cost every cold start of a Lambda a fifth of a millisecond.
package strictjson

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// A WrongType says what a value should have been, in words that are not the
// document's. Member is one of those that the caller asks for, or empty for the
// document itself.
type WrongType struct{ Member, Want string }

func (w WrongType) Error() string { return w.Member + ": want " + w.Want }

var errTrailing = errors.New("bytes after the document")

// A Reader reads one document at a time; the zero value is ready. One that is
// used again has its memory already.
type Reader struct {
	jsontext.Decoder
	document string // names and strings are parts of it: one allocation for all
	input    bytes.Buffer
}

// Object hands the name of each member of the object that document is to
// member, which reads or skips its value. The error may quote the document
// unless it is a [WrongType], or member's own.
func (r *Reader) Object(document []byte, member func(name string) error) error {
	return r.Value(document, func() error { return r.Members(member) })
}

// Value is Object for a document of any kind, which read reads.
func (r *Reader) Value(document []byte, read func() error) error {
	r.begin(document)
	defer r.begin(nil) // what is kept for the next document must not keep this one
	if err := read(); err != nil {
		return err
	}
	switch _, err := r.ReadToken(); err {
	case io.EOF:
		return nil
	case nil:
		return errTrailing
	default:
		return err
	}
}

// Document returns what Object is reading. Names and strings are parts of it, so
// that keeping it costs no memory where one of them is kept.
func (r *Reader) Document() string { return r.document }

// Members is Object for an object inside the document.
func (r *Reader) Members(member func(name string) error) error {
	if err := r.open('{', "an object"); err != nil {
		return err
	}
	for r.PeekKind() == '"' {
		name, err := r.text()
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			if wrong, ok := err.(WrongType); ok && wrong.Member == "" {
				return WrongType{name, wrong.Want}
			}
			return err
		}
	}
	_, err := r.ReadToken()
	return err
}

// Elements calls element for each element of an array, to read or skip it.
func (r *Reader) Elements(element func() error) error {
	if err := r.open('[', "an array"); err != nil {
		return err
	}
	for r.PeekKind() != ']' {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := r.ReadToken()
	return err
}

// String reads a string.
func (r *Reader) String(into *string) error {
	if r.PeekKind() != '"' {
		return r.wrong("a string")
	}
	text, err := r.text()
	if err != nil {
		return err
	}
	*into = text
	return nil
}

// Strings reads an array of strings, and adds them.
func (r *Reader) Strings(into *[]string) error {
	if r.PeekKind() != '[' {
		return r.wrong("an array of strings")
	}
	return r.Elements(func() error {
		var element string
		err := r.String(&element)
		*into = append(*into, element)
		return err
	})
}

// Null reads a null if there is one.
func (r *Reader) Null() bool {
	return r.PeekKind() == 'n' && r.SkipValue() == nil
}

func (r *Reader) begin(document []byte) {
	r.document, r.input = string(document), *bytes.NewBuffer(document)
	r.Reset(&r.input)
}

// text reads a string, or a member's name.
func (r *Reader) text() (string, error) {
	quoted, err := r.ReadValue()
	if err != nil {
		return "", err
	}
	if bytes.IndexByte(quoted, '\\') >= 0 {
		unquoted, err := jsontext.AppendUnquote(nil, quoted)
		return string(unquoted), err
	}
	end := int(r.InputOffset())
	return r.document[end-len(quoted)+1 : end-1], nil
}

func (r *Reader) open(kind jsontext.Kind, want string) error {
	if r.PeekKind() != kind {
		return r.wrong(want)
	}
	_, err := r.ReadToken()
	return err
}

// wrong is the reason why the next token is not what was wanted: what the
// document has instead, or that it is broken there.
func (r *Reader) wrong(want string) error {
	if r.PeekKind() == jsontext.KindInvalid {
		_, err := r.ReadToken()
		return err
	}
	return WrongType{Want: want}
}
