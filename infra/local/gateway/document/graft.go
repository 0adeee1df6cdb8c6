package document

import "slices"

// A graft says that what stands below one path was made from what stands below
// another, of the same document or another.
type graft struct {
	to   []string
	from *Document
	at   []string
}

// FromValue returns a document of a value that was made rather than parsed. Graft says
// what its members were made from.
func FromValue(value any) *Document { return &Document{Value: value, lines: map[string]int{}} }

// Graft says that the member at a path was made from the one at another path in
// from, so that Place finds that. The latest graft of a path counts, and the
// longest path that there is one for.
func (d *Document) Graft(to []string, from *Document, at ...string) {
	d.grafts = append(d.grafts, graft{slices.Clone(to), from, slices.Clone(at)})
}

// Place is where the member at the path stands, or the nearest one above it that
// is in a text: the text's File and the line, which is 0 if there is none.
func (d *Document) Place(path ...string) (file string, line int) {
	best := -1
	for i, g := range d.grafts {
		if len(g.to) <= len(path) && slices.Equal(g.to, path[:len(g.to)]) && (best < 0 || len(g.to) >= len(d.grafts[best].to)) {
			best = i
		}
	}
	if best < 0 {
		return d.File, d.Line(path...)
	}
	g := d.grafts[best]
	return g.from.Place(append(slices.Clone(g.at), path[len(g.to):]...)...)
}
