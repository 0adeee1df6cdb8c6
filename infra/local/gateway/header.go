package gateway

import (
	"net/http"
	"slices"
)

// framed are the names by which net/http delimits an answer: it has to find
// them in its own spelling.
var framed = []string{"Connection", "Content-Length", "Date", "Trailer", "Transfer-Encoding"}

// put sets values under the name as it is spelled, in place of what stands
// there in any spelling. The service keeps a name's spelling over HTTP/1.1;
// [http.Header.Set] would not.
func put(h http.Header, name string, values ...string) {
	drop(h, name)
	h[spelled(h, name)] = values
}

// drop removes a name in every spelling.
func drop(h http.Header, name string) {
	for other := range h {
		if sameName(other, name) {
			delete(h, other)
		}
	}
}

// spelled is how the header has the name already, or else how it will.
func spelled(h http.Header, name string) string {
	for other := range h {
		if sameName(other, name) {
			return other
		}
	}
	if canonical := http.CanonicalHeaderKey(name); slices.Contains(framed, canonical) {
		return canonical
	}
	return name
}

// defaultType is the service's own where an answer names no media type.
func defaultType(h http.Header) {
	name := spelled(h, "Content-Type")
	if values := h[name]; len(values) == 0 || values[0] == "" {
		put(h, name, "application/json")
	}
}

func sameName(a, b string) bool { return http.CanonicalHeaderKey(a) == http.CanonicalHeaderKey(b) }
