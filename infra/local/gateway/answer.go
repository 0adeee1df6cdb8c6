package gateway

import "net/http"

// An answer is what the client gets.
type answer struct {
	status int
	header http.Header
	body   []byte
	layer  Layer
	kind   string // x-amzn-ErrorType; empty if the gateway made no error
}

// write adds what the service puts on every answer. Names keep their spelling
// over HTTP/1.1: the service's own, and those of definition and function.
func (a *answer) write(w http.ResponseWriter, c *call) {
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	if _, ok := h["Content-Type"]; !ok {
		h["Content-Type"] = nil // or net/http would guess one beside that of another spelling
	}
	for name, value := range map[string]string{"x-amzn-RequestId": c.id, "x-amz-apigw-id": c.extendedID, "X-Amzn-Trace-Id": c.traceID, "x-amzn-ErrorType": a.kind} {
		drop(h, name) // a function's own word on it
		if value != "" {
			h[name] = []string{value}
		}
	}
	w.WriteHeader(a.status)
	// The client may be gone; there is nobody left to tell.
	_, _ = w.Write(a.body)
}
