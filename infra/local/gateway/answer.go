package gateway

import (
	"maps"
	"net/http"
)

// An answer is what the client gets.
type answer struct {
	status int
	header http.Header
	body   []byte
	layer  Layer
	kind   string // REST: x-amzn-ErrorType; empty if the gateway made no error

	untraced bool // REST: without the trace's name
	bare     bool // without the service's own headers
}

func (a *answer) write(w http.ResponseWriter, f front, c *call) {
	h := w.Header()
	maps.Copy(h, a.header)
	if !a.bare {
		f.stamp(h, a, c)
	}
	w.WriteHeader(a.status)
	// The client may be gone: the error has no reader.
	_, _ = w.Write(a.body)
}

// defaultType is the service's media type for an answer that names none.
func defaultType(h http.Header) {
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json")
	}
}
