package noteapi

import (
	"context"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

// stateBody is what clients see of the state that a note is in. Times are RFC 3339,
// in UTC.
type stateBody struct {
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	ETag      string    `json:"etag"` // the ETag header of a request for only this note
}

func stateOf(n note.Note) stateBody {
	return stateBody{n.Version, n.CreatedAt, n.UpdatedAt, eTag(n.Tag())}
}

// noteBody is a note as clients see it.
type noteBody struct {
	ID   string `json:"noteid"`
	Text string `json:"note"`
	stateBody
}

func bodyOf(n note.Note) noteBody { return noteBody{n.ID, n.Text, stateOf(n)} }

type messageBody struct {
	Message string `json:"message"`
}

// savedBody says what a change made of the note, so that nobody has to read it
// again to go on.
type savedBody struct {
	Message string `json:"message"`
	stateBody
}

func (h *Handler) create(ctx context.Context, owner note.Owner, req request) (any, note.Tag, error) {
	var body createBody
	if err := req.decode(&body, createMembers); err != nil {
		return nil, note.Tag{}, err
	}
	if err := req.checkNamable(body.NoteID); err != nil {
		return nil, note.Tag{}, err
	}
	n, err := h.notes.Create(ctx, owner, body.NoteID, body.Note)
	return savedBody{"Note created", stateOf(n)}, note.Tag{}, err
}

func (h *Handler) get(ctx context.Context, owner note.Owner, req request) (any, note.Tag, error) {
	n, err := h.notes.Get(ctx, owner, req.noteID)
	return bodyOf(n), n.Tag(), err
}

func (h *Handler) update(ctx context.Context, owner note.Owner, req request) (any, note.Tag, error) {
	var body updateBody
	if err := req.decode(&body, updateMembers); err != nil {
		return nil, note.Tag{}, err
	}
	condition, err := req.ifMatch()
	if err != nil {
		return nil, note.Tag{}, err
	}
	n, err := h.notes.Update(ctx, owner, req.noteID, body.Note, condition.tags)
	return savedBody{"Note updated", stateOf(n)}, n.Tag(), condition.failure(err)
}

func (h *Handler) delete(ctx context.Context, owner note.Owner, req request) (any, note.Tag, error) {
	condition, err := req.ifMatch()
	if err != nil {
		return nil, note.Tag{}, err
	}
	err = h.notes.Delete(ctx, owner, req.noteID, condition.tags)
	return messageBody{"Note deleted"}, note.Tag{}, condition.failure(err)
}
