package noteapi

import (
	"context"
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
	ETag      string    `json:"etag"` // what the ETag header of this note alone says
}

func bodyOf(n note.Note) noteBody {
	return noteBody{n.ID, n.Text, n.Version, n.CreatedAt, n.UpdatedAt, eTag(n.Tag())}
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
	if err := req.checkNamable(body.NoteID); err != nil {
		return response{}, err
	}
	if _, err := h.notes.Create(ctx, owner, body.NoteID, body.Note); err != nil {
		return response{}, err
	}
	return ok(messageBody{"Note created"}, note.Tag{})
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
		body.Notes[i] = bodyOf(n)
	}
	return ok(body, note.Tag{})
}

func (h *Handler) get(ctx context.Context, owner note.Owner, req request) (response, error) {
	n, err := h.notes.Get(ctx, owner, req.noteID)
	if err != nil {
		return response{}, err
	}
	return ok(bodyOf(n), n.Tag())
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
	n, err := h.notes.Update(ctx, owner, req.noteID, body.Note, condition.tags)
	if err != nil {
		return response{}, condition.failure(err)
	}
	return ok(messageBody{"Note updated"}, n.Tag())
}

func (h *Handler) delete(ctx context.Context, owner note.Owner, req request) (response, error) {
	condition, err := req.ifMatch()
	if err != nil {
		return response{}, err
	}
	if err := h.notes.Delete(ctx, owner, req.noteID, condition.tags); err != nil {
		return response{}, condition.failure(err)
	}
	return ok(messageBody{"Note deleted"}, note.Tag{})
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
