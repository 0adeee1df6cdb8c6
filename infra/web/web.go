// Package web is the page that keeps notes in a browser: static files, which
// the local stack serves from here and the deployed system from a bucket.
//
// The page reads config.json beside it, which is all that differs between a
// machine and an account.
package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

//go:embed page
var embedded embed.FS

// A Config is what the page's config.json says. All of it but Local is required.
type Config struct {
	Login    string `json:"login"`    // origin of the hosted login, such as https://notes.auth.eu-west-1.amazoncognito.com
	ClientID string `json:"clientId"` // an app client without a secret, with the page's address among its callback and sign-out URLs
	API      string `json:"api"`      // base URL of the API, such as https://abc123.execute-api.eu-west-1.amazonaws.com/prod

	// Local tells the page to load _local/switches.js, which the local stack
	// serves beside it, and nothing else does.
	Local bool `json:"local,omitempty"`
}

// Files returns the page without its config.json.
func Files() fs.FS {
	files, err := fs.Sub(embedded, "page")
	if err != nil { // embedded above
		panic(err)
	}
	return files
}

// New returns a handler that serves the page at the root of its origin, with the
// headers of [Headers]. It returns an error if cfg names no login, client or API.
func New(cfg Config) (http.Handler, error) {
	headers, err := Headers(cfg)
	if err != nil {
		return nil, err
	}
	config, _ := json.Marshal(cfg) // strings and a boolean
	all, err := files(config)
	if err != nil {
		return nil, fmt.Errorf("web: files: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", all["index.html"])
	for name, f := range all {
		mux.Handle("GET /"+name, f)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		mux.ServeHTTP(w, r)
	}), nil
}

// Headers returns the headers that every file of the page must be served with,
// by whatever serves it. The policy allows no inline script or style, and no
// connection but to the page's own origin, the login and the API.
func Headers(cfg Config) (map[string]string, error) {
	login, err := origin("Login", cfg.Login)
	if err != nil {
		return nil, err
	}
	api, err := origin("API", cfg.API)
	if err != nil {
		return nil, err
	}
	if cfg.ClientID == "" {
		return nil, fmt.Errorf("web: ClientID is empty")
	}
	return map[string]string{
		"Content-Security-Policy": strings.Join([]string{
			"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self' " + login + " " + api,
			"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
		}, "; "),
		"Cache-Control":                "max-age=10", // a reload goes through the login: coming back needs no file anew
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
	}, nil
}

func origin(name, text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.ContainsAny(u.Host, " ;,") {
		return "", fmt.Errorf("web: %s: want an http or https URL, got %q", name, text)
	}
	return u.Scheme + "://" + u.Host, nil
}
