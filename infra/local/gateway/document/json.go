package document

import (
	"bytes"
	"io"
	"strconv"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

type jsonReader struct {
	*Document
	text    []byte
	decoder *jsontext.Decoder
	line    int // of the byte at offset
	offset  int
}

func (d *Document) parseJSON(text []byte) error {
	r := &jsonReader{Document: d, text: text, decoder: jsontext.NewDecoder(bytes.NewReader(text)), line: 1}
	value, err := r.value(nil)
	if err != nil {
		return err
	}
	if _, err := r.decoder.ReadToken(); err != io.EOF {
		return ErrSyntax
	}
	d.Value = value
	return nil
}

func (r *jsonReader) value(path []string) (any, error) {
	switch r.decoder.PeekKind() {
	case '{':
		return r.object(path)
	case '[':
		return r.list(path)
	}
	raw, err := r.decoder.ReadValue()
	if err != nil {
		return nil, err
	}
	if n, err := strconv.Atoi(string(raw)); err == nil {
		return n, nil
	}
	var value any
	err = jsonv2.Unmarshal(raw, &value)
	return value, err
}

func (r *jsonReader) object(path []string) (any, error) {
	if _, err := r.decoder.ReadToken(); err != nil {
		return nil, err
	}
	object := map[string]any{}
	for r.decoder.PeekKind() != '}' {
		name, err := r.decoder.ReadToken()
		if err != nil {
			return nil, err
		}
		member := append(path[:len(path):len(path)], name.String())
		r.lines[key(member)] = r.currentLine()
		if object[member[len(path)]], err = r.value(member); err != nil {
			return nil, err
		}
	}
	_, err := r.decoder.ReadToken()
	return object, err
}

func (r *jsonReader) list(path []string) (any, error) {
	if _, err := r.decoder.ReadToken(); err != nil {
		return nil, err
	}
	list := []any{}
	for r.decoder.PeekKind() != ']' {
		value, err := r.value(append(path[:len(path):len(path)], strconv.Itoa(len(list))))
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := r.decoder.ReadToken()
	return list, err
}

// currentLine is the line that has been read to.
func (r *jsonReader) currentLine() int {
	end := int(r.decoder.InputOffset())
	r.line += bytes.Count(r.text[r.offset:end], []byte("\n"))
	r.offset = end
	return r.line
}
