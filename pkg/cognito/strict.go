package cognito

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

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

// What package strictjson does not know: dates, an audience of either form, and
// that no name may stand there in another case than the one it has, which other
// decoders would take for the same member.

var errOtherCase = errors.New("a known name in another case")

// malformed says what is wrong with the object. The decoder's own error is
// dropped: it may quote the token.
func malformed(object string, err error) *Refusal {
	wrong := strictjson.WrongType{}
	if errors.As(err, &wrong) && wrong.Member != "" || errors.Is(err, errOtherCase) {
		return refuse(ReasonMalformed, object+": "+err.Error())
	}
	return refuse(ReasonMalformed, object+": not a JSON object with unique names")
}

// skip passes over a member that does not decide.
func skip(r *strictjson.Reader, name string, known []string) error {
	for _, k := range known {
		if strings.EqualFold(name, k) {
			return errOtherCase
		}
	}
	return r.SkipValue()
}

// readStringOrStrings reads aud: RFC 7519 section 4.1.3 lets it be either.
func readStringOrStrings(r *strictjson.Reader, into *[]string) error {
	if r.PeekKind() == '[' {
		*into = []string{} // even an empty array is present
		return r.Strings(into)
	}
	*into = []string{""}
	return r.String(&(*into)[0])
}

// maxDate keeps every sum with a duration far from overflow: the year 36812.
const maxDate = 1 << 40

// readDate reads a NumericDate: RFC 7519 section 2 allows fractions of a second.
// A float64 is exact to a fraction of a millisecond up to maxDate.
func readDate(r *strictjson.Reader, into *numericDate) error {
	value, err := r.ReadValue()
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseFloat(string(value), 64) // of JSON's values it takes numbers only
	if err != nil || seconds < 0 || seconds > maxDate {
		return strictjson.WrongType{Want: "a time in seconds since 1970"}
	}
	*into = numericDate{seconds: seconds, present: true}
	return nil
}

// numericDate is RFC 7519's.
type numericDate struct {
	seconds float64
	present bool
}

func (d numericDate) time() time.Time { return secondsSince1970(d.seconds) }

func secondsSince1970(seconds float64) time.Time {
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9))
}
