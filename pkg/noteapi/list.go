package noteapi

import (
	"context"
	"strconv"

	"github.com/notegate/notegate/pkg/note"
)

type pageBody[N noteBody | excerptBody] struct {
	Notes []N    `json:"notes"`
	Next  string `json:"next,omitempty"`
}

// excerptBody is a note in a list of excerpts.
type excerptBody struct {
	ID      string `json:"noteid"`
	Excerpt string `json:"excerpt"` // the text's beginning
	Size    int    `json:"size"`    // of the whole text, in bytes
	stateBody
}

func excerptBodyOf(e note.Excerpt) excerptBody {
	return excerptBody{e.ID, e.Text, e.Size, stateOf(e.Note)}
}

func (h *Handler) list(ctx context.Context, owner note.Owner, req request) (any, note.Tag, error) {
	query, err := req.paging()
	if err != nil {
		return nil, note.Tag{}, err
	}
	if query.excerpts {
		page, err := h.notes.Excerpts(ctx, owner, query.limit, query.next, query.excerpt)
		return pageOf(page.Notes, page.Next, excerptBodyOf), note.Tag{}, err
	}
	page, err := h.notes.List(ctx, owner, query.limit, query.next)
	return pageOf(page.Notes, page.Next, bodyOf), note.Tag{}, err
}

func pageOf[N any, B noteBody | excerptBody](notes []N, next string, bodyOf func(N) B) pageBody[B] {
	body := pageBody[B]{Notes: make([]B, len(notes)), Next: next}
	for i, n := range notes {
		body.Notes[i] = bodyOf(n)
	}
	return body
}

// paging is what a list's query says. A number that can't be is 0, which the
// service refuses, and says why.
type paging struct {
	limit    int
	next     string
	excerpts bool
	excerpt  int // bytes of each text, if excerpts
}

// paging reads the parameters that are ours. Others don't matter.
func (r request) paging() (paging, error) {
	p := paging{limit: note.DefaultLimit}
	for _, name := range []string{"limit", "next", "excerpt"} {
		switch values := r.query[name]; {
		case len(values) > 1:
			return paging{}, badRequest(name + " must be given once")
		case len(values) == 0:
		case name == "limit":
			p.limit = wholeNumber(values[0])
		case name == "excerpt":
			p.excerpts, p.excerpt = true, wholeNumber(values[0])
		case values[0] == "":
			return paging{}, badRequest("next must not be empty")
		default:
			p.next = values[0]
		}
	}
	return p, nil
}

func wholeNumber(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || text[0] == '+' {
		return 0
	}
	return n
}
