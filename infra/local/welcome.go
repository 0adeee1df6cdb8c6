package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// welcome says where everything is and what to type next.
func (s *system) welcome() string {
	var w strings.Builder
	fmt.Fprintln(&w, "notegate is running.")
	if s.pageURL != "" {
		label(&w, "page", s.pageURL)
	}
	s.addresses(&w)
	label(&w, "notes", s.whereNotesAre())
	curl := s.curl()
	fmt.Fprintln(&w, "\nNext, in another terminal:")
	shown := ` -H "Authorization: Bearer $TOKEN"`
	switch {
	case s.identities != nil: // each request is signed anew
		curl, shown = s.token()+" | "+curl+" -K -", ""
	case s.pool != nil:
		fmt.Fprintf(&w, "  TOKEN=$(%s)\n", s.token())
	default:
		fmt.Fprintln(&w, "  TOKEN=<an access token of your user pool>")
	}
	fmt.Fprintf(&w, "  %s %s/notes%s -H 'Content-Type: application/json' -d '{\"noteid\":\"first\",\"note\":\"hello\"}'\n", curl, s.apiURL, shown)
	fmt.Fprintf(&w, "  %s %s/notes%s\n", curl, s.apiURL, shown)
	if s.pageURL != "" {
		fmt.Fprintf(&w, "\nOr in a browser, one click from your first note:\n  %s/#sign-in\n", s.pageURL)
	}
	fmt.Fprintln(&w, "\nStop it with Ctrl-C.")
	return w.String()
}

// addresses lists where the API and the user pool are, who may sign in, and what
// clients must trust.
func (s *system) addresses(w io.Writer) {
	label(w, "API", s.apiURL)
	if s.pool != nil {
		label(w, "user pool", s.poolURL)
		label(w, "app client", clientID)
		if s.identities != nil {
			label(w, "identities", s.cfg.Reach.identityPoolID())
			label(w, "login", s.cfg.Reach.identityProvider())
		}
		label(w, "user", demoEmail+", password "+demoPassword)
	}
	if s.madeCertificate() {
		label(w, "certificate", filepath.Join(s.cfg.DataDir, certFile)+", to be trusted by clients")
	}
}

func label(w io.Writer, name, value string) { fmt.Fprintf(w, "  %-11s %s\n", name, value) }

// curl is the command that trusts the certificate.
func (s *system) curl() string {
	if s.madeCertificate() {
		return "curl --cacert " + filepath.Join(s.cfg.DataDir, certFile)
	}
	return "curl"
}

// goodbye says that all is closed, and where the notes stay.
func (s *system) goodbye() string {
	return "\nStopped. The notes stay in " + s.whereNotesAre() + ".\n"
}

func (s *system) whereNotesAre() string {
	if s.cfg.Store == "bolt" {
		return filepath.Join(s.cfg.DataDir, "notes.db")
	}
	return "DynamoDB"
}

// madeCertificate reports whether TLS is by a certificate that nobody trusts yet.
func (s *system) madeCertificate() bool { return s.cert != nil && s.cfg.Reach.Cert == "" }

// poolSettings are the assignments that the command for a token needs to find the
// pool.
func (s *system) poolSettings() (assignments string) {
	if _, addr, _ := strings.Cut(s.poolURL, "://"); addr != defaultPoolAddr {
		assignments = "POOL_ADDR=" + addr + " "
	}
	switch {
	case s.cert == nil:
		return assignments
	case s.madeCertificate() && s.cfg.DataDir != defaultDataDir:
		return assignments + "TLS=on DATA_DIR=" + s.cfg.DataDir + " "
	case s.madeCertificate():
		return assignments + "TLS=on "
	}
	return assignments + "TLS_CERT=" + s.cfg.Reach.Cert + " TLS_KEY=" + s.cfg.Reach.Key + " "
}

// token is the command that prints what opens the door.
func (s *system) token() string {
	return s.poolSettings() + s.cfg.Door.tokenUse() + "make token"
}
