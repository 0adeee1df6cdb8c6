package note

import (
	"fmt"
	"unicode/utf8"
)

// check returns the first failure: no owner comes before bad input.
func check(owner Owner, fields ...error) error {
	if owner == (Owner{}) {
		return ErrNoOwner
	}
	for _, err := range fields {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkID(id string) error {
	if id == "" || len(id) > MaxIDBytes || !utf8.ValidString(id) {
		return &FieldError{"noteid", fmt.Sprintf("must be 1 to %d bytes of UTF-8", MaxIDBytes), ErrInvalid}
	}
	if id == "." || id == ".." { // every client resolves them before it asks, percent-encoded or not
		return &FieldError{"noteid", "must not be . or .., which no URL can name", ErrInvalid}
	}
	return nil
}

func checkText(text string) error {
	switch {
	case len(text) > MaxTextBytes:
		return &FieldError{"note", fmt.Sprintf("must be at most %d bytes of UTF-8", MaxTextBytes), ErrTooLarge}
	case text == "" || !utf8.ValidString(text):
		return &FieldError{"note", fmt.Sprintf("must be 1 to %d bytes of UTF-8", MaxTextBytes), ErrInvalid}
	}
	return nil
}
