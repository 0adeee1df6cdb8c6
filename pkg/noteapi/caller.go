package noteapi

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/notegate/notegate/pkg/note"
)

// Why there is no caller; each is answered by 401 and named in the log.
var (
	errNoCaller   = errors.New("noteapi: no caller")
	errTwoCallers = errors.New("noteapi: more than one caller")
	errBadCaller  = errors.New("noteapi: caller: not a sub")
	errBadExpiry  = errors.New("noteapi: caller: exp missing or malformed")
	errExpired    = errors.New("noteapi: caller: expired")
)

// requestContext is the part of an event that API Gateway writes and no client.
type requestContext struct {
	Authorizer map[string]jsontext.Value `json:"authorizer"`
	Identity   struct {
		Provider string `json:"cognitoAuthenticationProvider"`
		Type     string `json:"cognitoAuthenticationType"`
	} `json:"identity"`
}

// credential is one statement of who is calling.
type credential struct {
	sub string
	exp jsontext.Value
}

// caller returns who is calling. Exactly one front door must have said so: an
// event that looks like two of them is one that nobody meant, and is refused.
//
// Every token's exp is looked at again, because API Gateway keeps an
// authorizer's answer for longer than the token may live.
func (c requestContext) caller(now time.Time, userPoolID string) (note.Owner, error) {
	var found []credential
	if v, ok := c.member("principalId"); ok { // REST, Lambda authorizer: the context lies beside it
		found = append(found, credential{text(v), c.Authorizer["exp"]})
	}
	if v, ok := c.member("claims"); ok { // REST, Cognito user pool authorizer
		found = append(found, credentialIn(v))
	}
	if v, ok := c.member("jwt"); ok { // HTTP API, JWT authorizer
		found = append(found, credentialIn(members(v)["claims"]))
	}
	if v, ok := c.member("lambda"); ok { // HTTP API, Lambda authorizer
		found = append(found, credentialIn(v))
	}
	byIAM := c.Identity.Provider != ""
	if byIAM {
		found = append(found, credential{sub: c.signedIn(userPoolID)})
	}

	switch len(found) {
	case 0:
		return note.Owner{}, errNoCaller
	case 1:
	default:
		return note.Owner{}, errTwoCallers
	}
	owner, err := note.ParseOwner(found[0].sub)
	if err != nil {
		return note.Owner{}, errBadCaller
	}
	if byIAM { // no token in sight: the credentials that signed the request expire by themselves
		return owner, nil
	}
	return owner, checkExpiry(found[0].exp, now)
}

// member returns what the authorizer wrote under that name, if not null.
func (c requestContext) member(name string) (jsontext.Value, bool) {
	v, ok := c.Authorizer[name]
	return v, ok && v.Kind() != 'n'
}

// signedIn returns the sub of the user pool's user whom an identity pool let in,
// else nothing. Another pool's users, and those of other providers, may have the
// same name for somebody else; without a configured pool nobody is let in.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
func (c requestContext) signedIn(userPoolID string) string {
	parts := userPoolSignIn.FindStringSubmatch(c.Identity.Provider)
	if c.Identity.Type != "authenticated" || userPoolID == "" || parts == nil {
		return ""
	}
	region, _, _ := strings.Cut(userPoolID, "_")
	if provider, sub := parts[1], parts[2]; provider == "cognito-idp."+region+".amazonaws.com/"+userPoolID {
		return sub
	}
	return ""
}

// userPoolSignIn is providers' names, separated by commas, and then a user
// pool's sign-in. No name holds a colon, which comes before what a provider
// chose itself; so nobody signed in elsewhere as x:CognitoSignIn:ann is ann.
var userPoolSignIn = regexp.MustCompile(`^(?:[^,:]+,)*([^,:]+):CognitoSignIn:([^,:]+)$`)

func credentialIn(v jsontext.Value) credential {
	m := members(v)
	return credential{text(m["sub"]), m["exp"]}
}

// members returns the members of a JSON object, none of anything else.
func members(v jsontext.Value) map[string]jsontext.Value {
	var m map[string]jsontext.Value
	if json.Unmarshal(v, &m) != nil {
		return nil
	}
	return m
}

// text returns a JSON string's text, nothing of anything else.
func text(v jsontext.Value) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}
