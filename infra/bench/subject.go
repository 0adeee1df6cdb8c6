package main

import (
	"strings"
	"time"
)

// The subjects. Goals and charts name some of them.
const (
	ours   = "notegate authorizer"
	floor  = "a Go Lambda that does nothing"
	common = "golang-jwt + keyfunc (Go)"
	aws    = "aws-jwt-verify (Node)"
	blog   = "jsonwebtoken + jwk-to-pem (Node)"
	notes  = "notegate notes"
)

// A subject is one function that is measured as it is deployed.
type subject struct {
	name   string
	source string   // the folder of a Go command, or a script in infra/interop/bench
	npm    []string // the packages that the script needs

	event []byte
	wants string // in the answer to event
	bogus []byte // an event that must be refused; nil if none is

	command []string // once built
	files   []string // what is deployed, once built
}

func subjects(p *pool, now time.Time) ([]*subject, error) {
	noteEvent, err := notesEvent(now)
	good, bogus := authorizerEvent(p.token), authorizerEvent(tamper(p.token))
	return []*subject{
		{name: ours, source: "authorizer", event: good, wants: `"Allow"`, bogus: bogus},
		{name: floor, source: "infra/bench/peer/nothing", event: good, wants: "{}"},
		{name: common, source: "infra/bench/peer/common", event: good, wants: `"Allow"`, bogus: bogus},
		{name: aws, source: "aws-jwt-verify.js", npm: []string{"aws-jwt-verify"}, event: good, wants: `"Allow"`, bogus: bogus},
		{name: blog, source: "blog.js", npm: []string{"jsonwebtoken", "jwk-to-pem"}, event: good, wants: `"Allow"`, bogus: bogus},
		{name: notes, source: "notes", event: noteEvent, wants: "Buy milk"},
	}, err
}

// tamper changes one bit of a token's payload.
func tamper(token string) string {
	changed := []byte(token)
	changed[strings.Index(token, ".")+40] ^= 1
	return string(changed)
}

// environment is what an authorizer's template would set, ours or a peer's, and
// the notes' template. Whatever helps every function in Go, all of them get.
func environment(keySetURL, tableURL string) []string {
	return []string{
		"ISSUER=" + issuer, "JWKS_URL=" + keySetURL, "CLIENT_IDS=" + clientID,
		"GOMAXPROCS=1", "TABLE_NAME=Notes", "AWS_ENDPOINT_URL_DYNAMODB=" + tableURL,
	}
}
