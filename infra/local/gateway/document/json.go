package document

import (
	"bytes"
	"errors"
	"slices"
	"strconv"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// parseJSON reads the text for its value, and again for the lines of its members.
func (d *Document) parseJSON(text []byte) error {
	if err := jsonv2.Unmarshal(text, &d.Value, jsonv2.WithUnmarshalers(jsonv2.UnmarshalFromFunc(wholeNumber))); err != nil {
		return err
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(text))
	line, offset := 1, 0
	for {
		if _, err := decoder.ReadToken(); err != nil { // the end: the text is JSON
			return nil
		}
		if kind, n := decoder.StackIndex(decoder.StackDepth()); kind == '{' && n%2 == 1 { // a member's name
			end := int(decoder.InputOffset())
			line += bytes.Count(text[offset:end], []byte("\n"))
			offset = end
			d.lines[key(slices.Collect(decoder.StackPointer().Tokens()))] = line
		}
	}
}

// wholeNumber reads a number as an int where it is one.
func wholeNumber(decoder *jsontext.Decoder, v *any) error {
	if decoder.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(string(raw)); err == nil {
		*v = n
		return nil
	}
	return jsonv2.Unmarshal(raw, v)
}
