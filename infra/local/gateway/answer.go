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
	kind   string // x-amzn-ErrorType; empty if the gateway made no error
}

// write adds what the service puts on every answer, in place of a function's own.
func (a *answer) write(w http.ResponseWriter, c *call) {
	h := w.Header()
	maps.Copy(h, a.header)
	h.Set("X-Amzn-RequestId", c.id)
	h.Set("X-Amz-Apigw-Id", c.extendedID)
	h.Set("X-Amzn-Trace-Id", c.traceID)
	h.Del("X-Amzn-ErrorType")
	if a.kind != "" {
		h.Set("X-Amzn-ErrorType", a.kind)
	}
	w.WriteHeader(a.status)
	// The client may be gone; there is nobody left to tell.
	_, _ = w.Write(a.body)
}

// defaultType is the service's own where an answer names no media type.
func defaultType(h http.Header) {
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json")
	}
}
