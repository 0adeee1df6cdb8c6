package cognito

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

const (
	algorithm     = "RS256"
	maxTokenBytes = 16 << 10
	maxKIDBytes   = 256
)

// unverifiedToken is a token that has the right shape, and about which nothing
// else is known yet.
type unverifiedToken struct {
	raw    string
	header unverifiedHeader
	claims unverifiedClaims
}

// read takes an Authorization value apart: rules 1 to 3, and the types of the
// claims. It can only refuse: golang-jwt reads the raw token anew.
func (v *Verifier) read(authorization string) (*unverifiedToken, *Refusal) {
	r := v.readers.Get().(*reader)
	defer v.readers.Put(r)
	raw, refused := bearer(authorization)
	if refused != nil {
		return nil, refused
	}
	header, payload, refused := r.decode(raw)
	if refused != nil {
		return nil, refused
	}
	token := &unverifiedToken{raw: raw}
	if err := token.header.read(&r.json, header); err != nil {
		return nil, malformed("header", err)
	}
	if refused := token.header.check(); refused != nil {
		return nil, refused
	}
	if err := token.claims.read(&r.json, payload); err != nil {
		return nil, malformed("payload", err)
	}
	return token, nil
}

// bearer takes the token out of an Authorization value: after the scheme
// Bearer, in any case (RFC 9110 section 11.1), or bare, as early examples for
// API Gateway send it. Blanks and tabs after it are no part of a field's value
// (RFC 9110 section 5.5).
func bearer(authorization string) (string, *Refusal) {
	authorization = strings.TrimRight(authorization, " \t")
	if authorization == "" {
		return "", refuse(ReasonMissingToken, "no Authorization value")
	}
	const scheme = "Bearer"
	token := authorization
	if len(token) >= len(scheme) && strings.EqualFold(token[:len(scheme)], scheme) {
		after := token[len(scheme):]
		token = strings.TrimLeft(after, " ")
		if token == "" {
			return "", refuse(ReasonMissingToken, "no token after Bearer")
		}
		if len(token) == len(after) { // "Bearer" was the beginning of something else
			token = authorization
		}
	}
	return token, nil
}

// A reader has memory that the next token uses again.
type reader struct {
	json     strictjson.Reader
	segments []byte
}

// decode cuts a compact JWS (RFC 7515 section 7.1) at its two dots, and decodes the
// segments into one buffer when its bounds are known.
func (r *reader) decode(token string) (header, payload []byte, refused *Refusal) {
	if len(token) > maxTokenBytes {
		return nil, nil, refuse(ReasonMalformed, "longer than 16 KiB")
	}
	if strings.Count(token, ".") != 2 {
		return nil, nil, refuse(ReasonMalformed, "must have three segments")
	}
	r.segments = slices.Grow(r.segments[:0], segmentEncoding.DecodedLen(maxTokenBytes))
	buffer := r.segments[:cap(r.segments)]
	var decoded [3][]byte
	for i := range decoded {
		var segment string
		segment, token, _ = strings.Cut(token, ".")
		n, err := segmentEncoding.Decode(buffer, []byte(segment))
		if err != nil || n == 0 || hasLineBreak(segment) {
			return nil, nil, refuse(ReasonMalformed, [3]string{"header", "payload", "signature"}[i]+" is empty or not base64url without padding")
		}
		decoded[i], buffer = buffer[:n:n], buffer[n:]
	}
	return decoded[0], decoded[1], nil
}

// segmentEncoding is base64url without padding (RFC 7515 section 2) in which
// every value has one spelling, apart from line breaks, which it skips.
var segmentEncoding = base64.RawURLEncoding.Strict()

func hasLineBreak(segment string) bool {
	return strings.IndexByte(segment, '\n') >= 0 || strings.IndexByte(segment, '\r') >= 0
}
