package noteapi

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/notegate/notegate/pkg/note"
)

// maxBodyBytes has room for the largest note with every byte of it escaped,
// which takes six bytes, and for what stands around it.
const maxBodyBytes = 6*(note.MaxTextBytes+note.MaxIDBytes) + 1024

type createBody struct {
	NoteID string `json:"noteid"`
	Note   string `json:"note"`
}

type updateBody struct {
	Note string `json:"note"`
}

const (
	createMembers = "noteid and note"
	updateMembers = "note"
)

// decode reads the body into v, whose members are those named. What is missing
// stays empty, which the service refuses.
func (r request) decode(v any, members string) error {
	if err := checkMediaType(r.header.Values("Content-Type")); err != nil {
		return err
	}
	body := []byte(r.body)
	if r.base64 {
		var err error
		if body, err = base64.StdEncoding.DecodeString(r.body); err != nil {
			return badRequest("The body must be base64, as the event says that it is")
		}
	}
	if len(body) > maxBodyBytes {
		return &failure{status: http.StatusRequestEntityTooLarge, message: fmt.Sprintf("The body must be at most %d bytes", maxBodyBytes)}
	}
	return decodeStrictly(bytes.TrimPrefix(body, byteOrderMark), v, members)
}

// byteOrderMark may precede JSON in UTF-8; a reader may ignore it (RFC 8259,
// section 8.1).
var byteOrderMark = []byte("\uFEFF")

// checkMediaType accepts JSON in UTF-8, and a body without a content type as
// such. UTF-8 may be spelled utf8, as many clients do.
func checkMediaType(values []string) error {
	if len(values) == 0 {
		return nil
	}
	mediaType, params, err := mime.ParseMediaType(values[0])
	charset, named := params["charset"]
	isUTF8 := !named || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
	if err != nil || len(values) > 1 || mediaType != "application/json" || !isUTF8 {
		return &failure{status: http.StatusUnsupportedMediaType, message: "Content-Type must be application/json, in UTF-8"}
	}
	return nil
}

// decodeStrictly refuses what could be read in two ways: a member twice, one
// that is unknown or in another case, text that isn't UTF-8. The message names
// the rule, and never a member or a value of the client's.
func decodeStrictly(body []byte, v any, members string) error {
	err := json.Unmarshal(body, v, json.RejectUnknownMembers(true))
	var semantic *json.SemanticError
	switch {
	case err == nil && jsontext.Value(body).Kind() == '{':
		return nil
	case errors.Is(err, jsontext.ErrDuplicateName):
		return badRequest("The body must not hold a member twice")
	case errors.Is(err, json.ErrUnknownName):
		return badRequest("The body may hold " + members + " and nothing else")
	case errors.As(err, &semantic) && semantic.JSONPointer == "/noteid":
		return badRequest("noteid must be a string")
	case errors.As(err, &semantic) && semantic.JSONPointer == "/note":
		return badRequest("note must be a string")
	}
	return badRequest("The body must be a JSON object in UTF-8 with " + members)
}
