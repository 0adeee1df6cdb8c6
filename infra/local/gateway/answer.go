package gateway

import "net/http"

// An answer is what the client gets.
type answer struct {
	status int
	header http.Header
	body   []byte
	layer  Layer
}

// write adds what the service puts on every answer.
func (a *answer) write(w http.ResponseWriter, c *call) {
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h.Set("X-Amzn-RequestId", c.id)
	h.Set("X-Amz-Apigw-Id", c.extendedID)
	h.Set("X-Amzn-Trace-Id", c.traceID)
	w.WriteHeader(a.status)
	// The client may be gone; there is nobody left to tell.
	_, _ = w.Write(a.body)
}
