package cognito

import "github.com/go-json-experiment/json/jsontext"

// unverifiedHeader holds the members of a JOSE header that decide.
type unverifiedHeader struct {
	alg, kid string
	extended bool // holds a member that asks for more than a plain signature
	reading
}

// check is rule 3.
func (h *unverifiedHeader) check() *Refusal {
	switch {
	case h.alg != algorithm:
		return refuse(ErrAlgorithm, "alg is not RS256")
	case h.kid == "" || len(h.kid) > maxKIDBytes:
		return refuse(ErrMalformed, "kid: want 1 to 256 bytes")
	case h.extended:
		return refuse(ErrMalformed, "header: want no extension and no key of its own")
	}
	return nil
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (h *unverifiedHeader) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return h.eachMember(dec, func(name []byte) error {
		switch string(name) {
		case "alg":
			return readString(dec, &h.alg)
		case "kid":
			return readString(dec, &h.kid)
		case "crit", "b64", "jwk", "jku", "x5c", "x5u": // RFC 7515 section 4.1, RFC 7797
			h.extended = true
			return dec.SkipValue()
		}
		return skip(dec, name, headerNames)
	})
}

var headerNames = []string{"alg", "kid", "crit", "b64", "jwk", "jku", "x5c", "x5u"}

// unverifiedClaims holds the claims that decide, with the type that Cognito
// gives them. Claims that customisation adds are skipped, whatever their type.
type unverifiedClaims struct {
	issuer, subject, tokenUse, clientID string
	username, cognitoUsername, scope    string
	audience, groups                    []string
	expires, notBefore, issuedAt        numericDate
	reading
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (c *unverifiedClaims) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return c.eachMember(dec, func(name []byte) error {
		switch string(name) {
		case "iss":
			return readString(dec, &c.issuer)
		case "sub":
			return readString(dec, &c.subject)
		case "token_use":
			return readString(dec, &c.tokenUse)
		case "client_id":
			return readString(dec, &c.clientID)
		case "username":
			return readString(dec, &c.username)
		case "cognito:username":
			return readString(dec, &c.cognitoUsername)
		case "scope":
			return readString(dec, &c.scope)
		case "aud":
			return readStringOrStrings(dec, &c.audience)
		case "cognito:groups":
			return readStrings(dec, &c.groups)
		case "exp":
			return readDate(dec, &c.expires)
		case "nbf":
			return readDate(dec, &c.notBefore)
		case "iat":
			return readDate(dec, &c.issuedAt)
		}
		return skip(dec, name, claimNames)
	})
}

var claimNames = []string{"iss", "sub", "token_use", "client_id", "username", "cognito:username", "scope",
	"aud", "cognito:groups", "exp", "nbf", "iat"}
