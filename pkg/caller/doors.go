package caller

import (
	"encoding/json"
	"maps"
	"regexp"
)

// statements returns what reads the caller, once for each place where the event
// names one.
func (e event) statements() (found []func() (Caller, error)) {
	add := func(value json.RawMessage, read func(Claims) (Caller, error)) {
		if value == nil {
			return
		}
		found = append(found, func() (Caller, error) { return read(object(value)) })
	}
	if principal := e.authorizer["principalId"]; principal != nil {
		found = append(found, func() (Caller, error) { return fromContext(principal, e.flatContext()) })
	}
	rest := atCommas
	if e.version != "" { // an HTTP API with payload 1.0
		rest = inBrackets
	}
	add(e.authorizer["claims"], fromClaims(rest))
	add(e.authorizer["jwt"], func(jwt Claims) (Caller, error) { return fromClaims(inBrackets)(object(jwt["claims"])) })
	add(e.authorizer["lambda"], withSub)
	add(e.appSync["resolverContext"], withSub)
	add(e.appSync["handlerContext"], withSub)
	add(e.appSync["claims"], fromClaims(whole))
	if provider := e.iam["cognitoAuthenticationProvider"]; provider != nil && string(provider) != `""` {
		found = append(found, e.signedIn)
	}
	return found
}

// flatContext is what a Lambda authorizer returned as context. It lies beside
// what API Gateway added.
func (e event) flatContext() Claims {
	context := maps.Clone(e.authorizer)
	delete(context, "principalId")
	delete(context, "integrationLatency")
	return context
}

func withSub(context Claims) (Caller, error) { return fromContext(context["sub"], context) }

// fromContext reads what package gate hands on. A sub that differs from the
// principalId names a second caller: the one that an HTTP API would have.
func fromContext(subject json.RawMessage, context Claims) (Caller, error) {
	r := reader{claims: context}
	c := r.caller(subject, "groups", atBlanks)
	if all := r.text("groups_json"); all != "" {
		c.Groups = r.array("groups_json", all)
	}
	if r.err == nil && context["sub"] != nil && context.Text("sub") != c.Subject {
		return Caller{}, ErrAmbiguous
	}
	return c, r.err
}

// fromClaims reads a token's claims, where several names in one string are to be
// split in that way.
func fromClaims(split splitter) func(Claims) (Caller, error) {
	return func(claims Claims) (Caller, error) {
		r := reader{claims: claims}
		c := r.caller(claims["sub"], "cognito:groups", split)
		if audience := r.names("aud", split); c.ClientID == "" && len(audience) == 1 {
			c.ClientID = audience[0]
		}
		return c, r.err
	}
}

// signedIn reads the user pool's user whom an identity pool let in.
func (e event) signedIn() (Caller, error) {
	parts := userPoolSignIn.FindStringSubmatch(e.iam.Text("cognitoAuthenticationProvider"))
	if parts == nil || e.iam.Text("cognitoAuthenticationType") != "authenticated" || !isSubject(parts[2]) {
		return Caller{}, malformed("not a sub")
	}
	return Caller{Subject: parts[2], Issuer: "https://" + parts[1]}, nil
}

// userPoolSignIn is providers' names, separated by commas, and then a user
// pool's sign-in. No name holds a colon, which comes before what a provider
// chose itself; so nobody signed in elsewhere as x:CognitoSignIn:ann is ann.
var userPoolSignIn = regexp.MustCompile(`^(?:[^,:]+,)*(cognito-idp\.[a-z0-9-]+\.amazonaws\.com/[a-zA-Z0-9_-]+):CognitoSignIn:([^,:]+)$`)
