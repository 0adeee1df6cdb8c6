package gateway

import (
	"net/http"
	"strconv"
	"strings"
)

// preflight answers what a page may send.
func (h *httpAPI) preflight(c *call) *answer {
	a := &answer{status: http.StatusNoContent, header: http.Header{}, layer: LayerGateway}
	if h.allow(a.header, c) {
		cors := h.api.CORS
		list := func(name string, values []string) {
			if len(values) > 0 {
				a.header.Set(name, strings.Join(values, ","))
			}
		}
		list("Access-Control-Allow-Methods", cors.Methods)
		list("Access-Control-Allow-Headers", cors.Headers)
		if cors.MaxAge > 0 {
			a.header.Set("Access-Control-Max-Age", strconv.Itoa(int(cors.MaxAge.Seconds())))
		}
	}
	return a
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// allow puts the CORS settings in place of what an integration said of them, and
// tells whether the request's origin is an allowed one.
func (h *httpAPI) allow(header http.Header, c *call) bool {
	cors := h.api.CORS
	if cors == nil {
		return false
	}
	for name := range header {
		if strings.HasPrefix(name, "Access-Control-") {
			header.Del(name)
		}
	}
	origin := cors.Allows(c.http.Header.Get("Origin"))
	if origin == "" {
		return false
	}
	header.Set("Access-Control-Allow-Origin", origin)
	if cors.Credentials {
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if len(cors.Expose) > 0 {
		header.Set("Access-Control-Expose-Headers", strings.Join(cors.Expose, ","))
	}
	return true
}
