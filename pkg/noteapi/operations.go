package noteapi

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

// noteBody is a note as clients see it. Times are RFC 3339, in UTC.
type noteBody struct {
	ID        string    `json:"noteid"`
	Text      string    `json:"note"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

type pageBody struct {
	Notes []noteBody `json:"notes"`
	Next  string     `json:"next,omitempty"`
}

type messageBody struct {
	Message string `json:"message"`
}

func (h *Handler) create(ctx context.Context, owner note.Owner, req request) (response, error) {
	var body createBody
	if err := req.decode(&body, createMembers); err != nil {
		return response{}, err
	}
	if _, err := h.notes.Create(ctx, owner, body.NoteID, body.Note); err != nil {
		return response{}, err
	}
	return ok(messageBody{"Note created"}, noETag)
}

func (h *Handler) list(ctx context.Context, owner note.Owner, req request) (response, error) {
	limit, next, err := req.paging()
	if err != nil {
		return response{}, err
	}
	page, err := h.notes.List(ctx, owner, limit, next)
	if err != nil {
		return response{}, err
	}
	body := pageBody{Notes: make([]noteBody, len(page.Notes)), Next: page.Next}
	for i, n := range page.Notes {
		body.Notes[i] = noteBody(n)
	}
	return ok(body, noETag)
}

func (h *Handler) get(ctx context.Context, owner note.Owner, req request) (response, error) {
	n, err := h.notes.Get(ctx, owner, req.noteID)
	if err != nil {
		return response{}, err
	}
	return ok(noteBody(n), n.Version)
}

func (h *Handler) update(ctx context.Context, owner note.Owner, req request) (response, error) {
	var body updateBody
	if err := req.decode(&body, updateMembers); err != nil {
		return response{}, err
	}
	condition, err := req.ifMatch()
	if err != nil {
		return response{}, err
	}
	n, err := h.notes.Update(ctx, owner, req.noteID, body.Note, condition.version)
	if err != nil {
		return response{}, condition.failure(err)
	}
	return ok(messageBody{"Note updated"}, n.Version)
}

func (h *Handler) delete(ctx context.Context, owner note.Owner, req request) (response, error) {
	condition, err := req.ifMatch()
	if err != nil {
		return response{}, err
	}
	if err := h.notes.Delete(ctx, owner, req.noteID, condition.version); err != nil {
		return response{}, condition.failure(err)
	}
	return ok(messageBody{"Note deleted"}, noETag)
}

// paging reads limit and next. Other parameters are not ours and don't matter.
func (r request) paging() (limit int, next string, err error) {
	limit = note.DefaultLimit
	for _, name := range []string{"limit", "next"} {
		switch values := r.query[name]; {
		case len(values) > 1:
			return 0, "", badRequest(name + " must be given once")
		case len(values) == 0:
		case name == "limit":
			limit, err = strconv.Atoi(values[0])
			if err != nil || values[0][0] == '+' {
				limit = 0 // which the service refuses, and says why
			}
		case values[0] == "":
			return 0, "", badRequest("next must not be empty")
		default:
			next = values[0]
		}
	}
	return limit, next, nil
}

// condition is an If-Match header (RFC 9110, section 13.1.1). It holds for
// update and delete; whatever it fails on, a missing note too, is 412.
type condition struct {
	version int64
	exists  bool // *: any version, but there must be one
}

// ifMatch reads * or one entity tag. A well-formed tag that is weak or none of
// ours can match no note, and so is a condition that fails.
func (r request) ifMatch() (condition, error) {
	values := r.header.Values("If-Match")
	if len(values) == 0 {
		return condition{version: note.AnyVersion}, nil
	}
	if len(values) == 1 && values[0] == "*" {
		return condition{version: note.AnyVersion, exists: true}, nil
	}
	if len(values) > 1 || !entityTag.MatchString(values[0]) {
		return condition{}, badRequest(`If-Match must be * or one entity tag such as "1"`)
	}
	version, err := strconv.ParseInt(values[0][1:len(values[0])-1], 10, 64)
	if err != nil || version < 1 || values[0] != eTag(version) {
		return condition{version: note.NoVersion}, nil
	}
	return condition{version: version}, nil
}

func (c condition) failure(err error) error {
	if c.exists && errors.Is(err, note.ErrNotFound) {
		return note.ErrVersion
	}
	return err
}
