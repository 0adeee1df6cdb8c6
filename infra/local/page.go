package main

import (
	"net"
	"net/http"

	"github.com/notegate/notegate/infra/web"
)

// listenPage opens the page's origin, which the pool and the API must know
// before they start, and returns what starts to serve there when they have.
func (s *system) listenPage() (start func() error, err error) {
	if !s.cfg.hasPage() {
		return func() error { return nil }, nil
	}
	listener, err := listen("WEB_ADDR", s.cfg.WebAddr)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, listener)
	s.page = baseURL(listener)
	if s.cfg.Notes.AllowedOrigin == "" {
		s.cfg.Notes.AllowedOrigin = s.page
	}
	return func() error {
		page, err := web.New(s.pageConfig())
		if err != nil {
			return err
		}
		s.serve(listener, s.atItsAddress(page))
		return nil
	}, nil
}

// atItsAddress sends a browser that asks for localhost to the page's own address:
// the login and the API know no other.
func (s *system) atItsAddress(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host, _, _ := net.SplitHostPort(r.Host); host == "localhost" {
			http.Redirect(w, r, s.page+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		page.ServeHTTP(w, r)
	})
}

func (s *system) pageConfig() web.Config {
	if s.pool != nil {
		return web.Config{Login: s.poolURL, ClientID: clientID, API: s.api}
	}
	return web.Config{Login: s.cfg.LoginURL, ClientID: s.cfg.Authorizer.Tokens.ClientIDs[0], API: s.api}
}
