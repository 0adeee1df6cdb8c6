package main

import (
	"cmp"
	"net"
	"net/http"

	"github.com/notegate/notegate/infra/web"
)

// startPage serves the page, which knows the login, the app client and the API.
func (s *system) startPage(l net.Listener) error {
	page, err := web.New(web.Config{
		Login: cmp.Or(s.poolURL, s.cfg.LoginURL), ClientID: s.cfg.Authorizer.Tokens.ClientIDs[0], API: s.apiURL, Local: s.pool != nil,
	})
	if err != nil {
		return err
	}
	if s.pool != nil {
		page = s.withSwitches(page)
	}
	s.serve(l, s.named(s.atItsAddress(page), pageMisdirected))
	return nil
}

// atItsAddress sends a browser that asks for localhost to the page's own address:
// the login and the API accept no other.
func (s *system) atItsAddress(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host, _, _ := net.SplitHostPort(r.Host); host == "localhost" {
			http.Redirect(w, r, s.pageURL+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		page.ServeHTTP(w, r)
	})
}
