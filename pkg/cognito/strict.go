package cognito

import (
	"bytes"
	"cmp"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// The decoder refuses duplicate names and invalid UTF-8 by itself. What is
// added here: exact types, and no name in another case than the one it has,
// which other JSON decoders would take for the same member.

// wrongType is what a known member should have been.
type wrongType string

func (w wrongType) Error() string { return "want " + string(w) }

var errOtherCase = errors.New("a known name in another case")

// reading is what reading an object needs beside the decoder.
type reading struct {
	fault string   // what is wrong, in our words; empty if the decoder has found it
	name  [32]byte // room for a member's name
}

// refuse says what is wrong with the object. The decoder's own error is dropped:
// it may quote the token.
func (r *reading) refuse(object string) *Refusal {
	return refuse(ErrMalformed, object+": "+cmp.Or(r.fault, "not a JSON object with unique names"))
}

// eachMember hands the name of each member of an object to read, which must
// consume its value. On an error of ours it leaves a description in fault,
// which names only members that we know.
func (r *reading) eachMember(dec *jsontext.Decoder, read func(name []byte) error) error {
	if dec.PeekKind() != '{' {
		return wrongType("an object")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() == '"' {
		quoted, err := dec.ReadValue()
		if err != nil {
			return err
		}
		name, err := jsontext.AppendUnquote(r.name[:0], quoted)
		if err != nil {
			return err
		}
		if err := read(name); err != nil {
			if wanted := wrongType(""); errors.As(err, &wanted) {
				r.fault = string(name) + ": " + wanted.Error()
			} else if err == errOtherCase {
				r.fault = err.Error()
			}
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// skip passes over a member that does not decide.
func skip(dec *jsontext.Decoder, name []byte, known []string) error {
	for _, k := range known {
		if bytes.EqualFold(name, []byte(k)) {
			return errOtherCase
		}
	}
	return dec.SkipValue()
}

func readString(dec *jsontext.Decoder, into *string) error {
	if dec.PeekKind() != '"' {
		return wrongType("a string")
	}
	text, err := dec.ReadToken()
	if err != nil {
		return err
	}
	*into = text.String()
	return nil
}

func readStrings(dec *jsontext.Decoder, into *[]string) error {
	if dec.PeekKind() != '[' {
		return wrongType("an array of strings")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		var element string
		if err := readString(dec, &element); err != nil {
			return err
		}
		*into = append(*into, element)
	}
	_, err := dec.ReadToken()
	return err
}

// readStringOrStrings reads aud: RFC 7519 section 4.1.3 lets it be either.
func readStringOrStrings(dec *jsontext.Decoder, into *[]string) error {
	if dec.PeekKind() == '[' {
		return readStrings(dec, into)
	}
	*into = []string{""}
	return readString(dec, &(*into)[0])
}

// readDate reads a NumericDate in whole seconds. The bound keeps every sum with
// a duration far from overflow.
func readDate(dec *jsontext.Decoder, into *numericDate) error {
	const wanted = wrongType("a time in whole seconds since 1970")
	if dec.PeekKind() != '0' {
		return wanted
	}
	digits, err := dec.ReadValue()
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return wanted
	}
	*into = numericDate{seconds: seconds, present: true}
	return nil
}
