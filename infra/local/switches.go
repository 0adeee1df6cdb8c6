package main

import (
	_ "embed"
	"net/http"
)

// switchesJS is the part of the page that only the local stack serves.
//
//go:embed switches.js
var switchesJS string

// switches breaks and mends parts of the system. A web page may press them only
// if it comes from the very address that they are served at.
func (s *system) switches() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("POST /_local/clock", s.cfg.Reach.Hosts.Only(&s.clock))
	mux.Handle("POST /_local/trouble", s.cfg.Reach.Hosts.Only(&s.trouble))
	mux.Handle("POST /_local/rotate", s.pool)
	return mux
}

// withSwitches serves them beside the page, for its drawer.
func (s *system) withSwitches(page http.Handler) http.Handler {
	mux := s.switches()
	mux.Handle("/", page)
	mux.HandleFunc("GET /_local/switches.js", func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/javascript; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write([]byte(switchesJS))
	})
	return mux
}
