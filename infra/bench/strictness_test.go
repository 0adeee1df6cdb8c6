package main

import (
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
)

// What we refuse and others take: the common ways that are measured beside us,
// each as its own authorizer, given tokens that the pool's own key has signed.
// The README of pkg/cognito shows the table that comes of it, and no other.
func TestOthersTakeWhatWeRefuse(t *testing.T) {
	l, err := newLab(filepath.Join("..", ".."), extent{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	others := l.others(t)
	us := l.verifier(t)
	good := forge(t, l.pool, l.began)
	if _, err := us.Verify(t.Context(), good.token(t)); err != nil {
		t.Fatalf("the good token: %v", err)
	}
	for _, o := range others {
		if !o.takes(t, good.token(t)) {
			t.Fatalf("%s refuses the good token", o.name)
		}
	}

	now := time.Now()
	var table strings.Builder
	table.WriteString("| signed by the pool, but |")
	for _, o := range others {
		table.WriteString(" " + o.name + " |")
	}
	table.WriteString("\n|---|" + strings.Repeat("---|", len(others)) + "\n")
	for _, tt := range []struct {
		rule string
		edit func(*forgery)
		want error
	}{
		{"made for another app client", func(f *forgery) { f.claim("client_id", `"another"`) }, cognito.ErrClient},
		{"without `exp`", func(f *forgery) { f.drop("exp") }, cognito.ErrMalformed},
		{"`exp` of 1e400", func(f *forgery) { f.claim("exp", "1e400") }, cognito.ErrMalformed},
		{"issued an hour from now", func(f *forgery) { f.claim("iat", fmt.Sprint(now.Add(time.Hour).Unix())) }, cognito.ErrNotYetValid},
		{"without `sub`", func(f *forgery) { f.drop("sub") }, cognito.ErrSubject},
		{"two `client_id`, the last ours", func(f *forgery) { f.payload = `{"client_id":"another",` + f.payload[1:] }, cognito.ErrMalformed},
		{"`client_id` of another, `Client_ID` ours", func(f *forgery) {
			f.claim("client_id", `"another"`)
			f.payload = f.payload[:len(f.payload)-1] + `,"Client_ID":"` + clientID + `"}`
		}, cognito.ErrMalformed},
		{"bytes in it that are no UTF-8", func(f *forgery) { f.claim("jti", "\"\xff\"") }, cognito.ErrMalformed},
		{"`crit` names an extension nobody knows", func(f *forgery) { f.member(`"crit":["sealed"],"sealed":true`) }, cognito.ErrMalformed},
		{"`crit` and `b64` false: not base64, it says", func(f *forgery) { f.member(`"b64":false,"crit":["b64"]`) }, cognito.ErrMalformed},
		{"without `kid`", func(f *forgery) { f.header = `{"alg":"RS256"}` }, cognito.ErrMalformed},
		{"signed with RS512", func(f *forgery) {
			f.header, f.hash = strings.Replace(f.header, "RS256", "RS512", 1), crypto.SHA512
		}, cognito.ErrAlgorithm},
		{"base64 with padding", func(f *forgery) { f.encoding = base64.URLEncoding }, cognito.ErrMalformed},
		{"20,000 bytes of scopes", func(f *forgery) { f.claim("scope", `"`+strings.Repeat("a/b ", 5000)+`"`) }, cognito.ErrMalformed},
	} {
		f := good
		tt.edit(&f)
		token := f.token(t)
		if _, err := us.Verify(t.Context(), token); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.rule, err, tt.want)
		}
		fmt.Fprintf(&table, "| %s |", tt.rule)
		taken := false
		for _, o := range others {
			takes := o.takes(t, token)
			taken = taken || takes
			table.WriteString(map[bool]string{true: " **takes it** |", false: " refuses |"}[takes])
		}
		table.WriteString("\n")
		if !taken {
			t.Errorf("%s: nobody takes it, so this row compares nothing", tt.rule)
		}
	}
	if readme := read(t, filepath.Join("..", "..", "pkg", "cognito"), "README.md"); !strings.Contains(string(readme), table.String()) {
		t.Errorf("README.md does not hold what came of it:\n%s", table.String())
	}
}

// verifier is ours, with everything left as it is by default.
func (l *lab) verifier(t *testing.T) *cognito.Verifier {
	t.Helper()
	trusted, err := cognito.PoolByIssuer(issuer, l.keys.URL)
	if err != nil {
		t.Fatal(err)
	}
	v, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{trusted}, ClientIDs: []string{clientID}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
