// Package loopback guards what a local stack has and the real services do not:
// reading a confirmation code without the mailbox, rotating keys, setting the
// clock, and set-up operations that need no AWS credentials.
package loopback

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Hosts are names and addresses, in lower case and without a port, under which
// programs elsewhere reach this machine: the Android emulator's 10.0.2.2, Docker's
// host.docker.internal. A program that asks under one of them is trusted as
// if on this machine. None is the safe choice.
type Hosts []string

// Only lets requests through that [Hosts.Trust] accepts; others get 403.
func (h Hosts) Only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.Trust(r) {
			http.Error(w, "for programs on this machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Named lets requests through whose Host is one of the hosts, this machine's own
// name, localhost or a loopback address, or the address that the connection came
// to. For others, refuse answers 421: a web page whose own name was pointed here
// would otherwise be same-origin with this machine. A page cannot have an address
// in place of a name that is not its server's.
func (h Hosts) Named(next, refuse http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.names(r) {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Why says what to do about a refused name.
func Why(r *http.Request) string {
	return "The host " + hostOf(r.Host) + " is not this machine's: ask for localhost or 127.0.0.1, or list it in ALLOWED_HOSTS."
}

func (h Hosts) names(r *http.Request) bool {
	if loopbackName(r.Host) || h.list(r.Host) {
		return true
	}
	local, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	host, err := netip.ParseAddr(hostOf(r.Host))
	return err == nil && local.AddrPort().Addr().Unmap() == host.Unmap()
}

// Trust reports whether a program on this machine asks, or one that asks under one
// of the hosts, and not a web page that the developer happens to have open: the
// peer is loopback, the Host is too (or a page could point its own name here and
// be same-origin), and no browser says that the request crosses origins.
func (h Hosts) Trust(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	local := err == nil && peer.Addr().Unmap().IsLoopback() && loopbackName(r.Host)
	return (local || h.list(r.Host)) && !crossesOrigins(r)
}

func crossesOrigins(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host && origin != "https://"+r.Host {
		return true
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return !(site == "" || site == "none" || site == "same-origin")
}

func (h Hosts) list(host string) bool { return slices.Contains(h, strings.ToLower(hostOf(host))) }

// hostOf is the Host without port and brackets.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.Trim(host, "[]")
}

func loopbackName(host string) bool {
	host = hostOf(host)
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}
