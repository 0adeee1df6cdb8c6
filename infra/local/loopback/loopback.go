// Package loopback guards the switches that a local stack has and the real
// services do not: reading a confirmation code without the mailbox, rotating
// keys, setting the clock.
package loopback

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Only lets requests through that [FromThisMachine] accepts; others get 403.
func Only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !FromThisMachine(r) {
			http.Error(w, "for programs on this machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Named lets requests through whose Host is this machine's own name, localhost
// or a loopback address; others get 421.
func Named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackName(r.Host) {
			http.Error(w, "ask for localhost or 127.0.0.1", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// FromThisMachine reports whether a program on this machine asks, and not a web
// page that the developer happens to have open: the peer is loopback, the Host
// is too (or a page could point its own name here and be same-origin), and no
// browser says that the request crosses origins.
func FromThisMachine(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() || !loopbackName(r.Host) {
		return false
	}
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "" || site == "none" || site == "same-origin"
}

func loopbackName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}
