package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// listen opens the address that a variable names, to be followed by serve, and
// returns its URL; stop closes it either way. A busy port is the mistake that
// everybody makes once, so its line says what to type.
func (s *system) listen(variable, addr string) (l net.Listener, url string, err error) {
	l, err = net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, "", fmt.Errorf("%s is in use: stop what listens there, or set %s to another address", addr, variable)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", variable, err)
	}
	s.closers = append(s.closers, l.Close)
	if s.cert != nil {
		return l, "https" + strings.TrimPrefix(baseURL(l), "http"), nil
	}
	return l, baseURL(l), nil
}

// baseURL is how a program on this machine reaches a listener without TLS. The
// wildcard address 0.0.0.0 cannot be dialed.
func baseURL(l net.Listener) string {
	addr := l.Addr().(*net.TCPAddr)
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(addr.Port))
}

func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		// OPTIONS * is for h to answer, and to log, like any other request.
		DisableGeneralOptionsHandler: true,
	}
}
