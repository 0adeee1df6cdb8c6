package main

import (
	"net/http"
	"slices"

	"github.com/notegate/notegate/pkg/env"
	"github.com/notegate/notegate/pkg/noteapi"
)

// origins are those whose pages may read the API's answers. API and function know
// one, as deployed: the first.
type origins []string

// readOrigins reads ALLOWED_ORIGIN, here a comma list. The rule for each is the
// notes function's.
func readOrigins(r *env.Reader) origins {
	list := origins(r.List("ALLOWED_ORIGIN"))
	for i, origin := range list {
		if origin == "*" && len(list) > 1 {
			r.MustBe("ALLOWED_ORIGIN", origin, "* alone, or origins separated by commas")
		}
		if i == 0 || origin == "" {
			continue // the first is the function's to judge, an empty one is reported
		}
		_, err := noteapi.LoadSettings(func(name string) string { return map[string]string{"ALLOWED_ORIGIN": origin}[name] })
		r.Include(err)
	}
	return list
}

func (o origins) first() string {
	if len(o) == 0 {
		return ""
	}
	return o[0]
}

// allow answers each origin of the list as if it were the first.
func (o origins) allow(next http.Handler) http.Handler {
	if len(o) < 2 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&originWriter{ResponseWriter: w, origins: o, origin: r.Header.Get("Origin")}, r)
	})
}

// An originWriter names the origin that asked in place of the first.
type originWriter struct {
	http.ResponseWriter
	origins origins
	origin  string
	begun   bool
}

func (w *originWriter) WriteHeader(status int) {
	const allowed = "Access-Control-Allow-Origin"
	if h := w.Header(); !w.begun && h.Get(allowed) == w.origins[0] {
		h.Add("Vary", "Origin")
		if slices.Contains(w.origins, w.origin) {
			h.Set(allowed, w.origin)
		}
	}
	w.begun = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *originWriter) Write(b []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for [http.ResponseController].
func (w *originWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
