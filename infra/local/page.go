package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"runtime"

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
	s.serve(l, s.atItsAddress(page), pageMisdirected)
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

// openPage opens the page in the user's browser, and says where it is.
func (s *system) openPage(out io.Writer) {
	if s.pageURL == "" {
		fmt.Fprintln(out, "there is no page: it has no login to send its users to (LOGIN_URL)")
		return
	}
	fmt.Fprintln(out, "page:", s.pageURL)
	args := append(opener(), s.pageURL)
	browser := exec.Command(args[0], args[1:]...) // it may outlive the stack
	if err := browser.Start(); err != nil {
		fmt.Fprintln(out, "no browser could be started; open the address yourself")
		return
	}
	go browser.Wait()
}

// opener is the command that opens an address in the browser that the user has
// chosen.
func opener() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return []string{"xdg-open"}
}
