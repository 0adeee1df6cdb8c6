package cognito

import "github.com/notegate/notegate/pkg/internal/strictjson"

// unverifiedHeader holds the members of a JOSE header that decide.
type unverifiedHeader struct {
	alg, kid string
	extended bool // holds a member that asks for more than a plain signature
}

// check is rule 3.
func (h *unverifiedHeader) check() *Refusal {
	switch {
	case h.alg != algorithm:
		return refuse(ReasonAlgorithm, "alg is not RS256")
	case h.kid == "" || len(h.kid) > maxKIDBytes:
		return refuse(ReasonMalformed, "kid must have 1 to 256 bytes")
	case h.extended:
		return refuse(ReasonMalformed, "header holds an extension or a key of its own")
	}
	return nil
}

func (h *unverifiedHeader) read(r *strictjson.Reader, document []byte) error {
	return r.Object(document, func(name string) error {
		switch name {
		case "alg":
			return r.String(&h.alg)
		case "kid":
			return r.String(&h.kid)
		case "crit", "b64", "jwk", "jku", "x5c", "x5u": // RFC 7515 section 4.1, RFC 7797
			h.extended = true
			return r.SkipValue()
		}
		return skip(r, name, headerNames)
	})
}

var headerNames = []string{"alg", "kid", "crit", "b64", "jwk", "jku", "x5c", "x5u"}

// unverifiedClaims holds the claims that decide, with the type that Cognito
// gives them. Claims that customisation adds are skipped, whatever their type.
type unverifiedClaims struct {
	issuer, subject, tokenUse, clientID string
	username, cognitoUsername, scope    string
	audience, groups                    []string
	expires                             numericDate
	payload                             string // the whole object
}

func (c *unverifiedClaims) read(r *strictjson.Reader, document []byte) error {
	return r.Object(document, func(name string) error {
		c.payload = r.Document()
		switch name {
		case "iss":
			return r.String(&c.issuer)
		case "sub":
			return r.String(&c.subject)
		case "token_use":
			return r.String(&c.tokenUse)
		case "client_id":
			return r.String(&c.clientID)
		case "username":
			return r.String(&c.username)
		case "cognito:username":
			return r.String(&c.cognitoUsername)
		case "scope":
			return r.String(&c.scope)
		case "aud":
			return readStringOrStrings(r, &c.audience)
		case "cognito:groups":
			return r.Strings(&c.groups)
		case "exp":
			return readDate(r, &c.expires)
		case "nbf", "iat": // golang-jwt decides about them
			return readDate(r, new(numericDate))
		}
		return skip(r, name, claimNames)
	})
}

var claimNames = []string{"iss", "sub", "token_use", "client_id", "username", "cognito:username", "scope",
	"aud", "cognito:groups", "exp", "nbf", "iat"}
