package gateway

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/notegate/notegate/infra/local/gateway/iam"
	"github.com/notegate/notegate/infra/local/gateway/sigv4"
)

// A Principal is whose credentials sign a request, and what they may do. What
// there is of the identity pool is empty if they are not from one.
type Principal struct {
	SecretKey    string
	SessionToken string    // empty: credentials without one
	Expires      time.Time // zero: never
	Policies     []iam.Policy

	AccountID string
	Caller    string // the role's id, and the session's name after a colon
	UserARN   string

	IdentityID     string
	IdentityPoolID string
	Type           string // authenticated or unauthenticated
	Provider       string // requestContext.identity.cognitoAuthenticationProvider
}

// An iamGuard takes requests that are signed by somebody whose policies allow to
// invoke the route.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
type iamGuard struct {
	// plain says of all that is wrong with a signature what it says of a policy that
	// does not open the route, as HTTP APIs do [E].
	plain bool
}

func (i iamGuard) authorize(g *Gateway, c *call) *fault {
	f := i.check(g, c)
	if f != nil && f.reason == noRoute && i.plain {
		f.reason, f.response, f.layer = forbidden, "", LayerAuthorizer
	}
	return f
}

// iamContext is requestContext.authorizer.iam of payload 2.0.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func (a *authorization) iamContext() map[string]any {
	p := a.principal
	out := map[string]any{
		"accessKey": a.accessKey, "accountId": p.AccountID, "callerId": p.Caller, "cognitoIdentity": nil,
		"principalOrgId": nil, "userArn": p.UserARN, "userId": p.Caller,
	}
	if p.IdentityID != "" {
		amr := []string{p.Type}
		if p.Provider != "" {
			amr = append(amr, strings.Split(p.Provider, ",")...)
		}
		out["cognitoIdentity"] = map[string]any{"amr": amr, "identityId": p.IdentityID, "identityPoolId": p.IdentityPoolID}
	}
	return out
}

// maxSkew is how far a signature's time may be off, as recorded.
const maxSkew = 5 * time.Minute

// check looks at the credentials, then the signature, then the policies.
func (iamGuard) check(g *Gateway, c *call) *fault {
	signature, err := sigv4.Read(c.http.Header)
	if err != nil {
		f := unsigned(c.http.Header)
		f.layer, f.note = LayerAuthorizer, "the request is not signed"
		return f
	}
	if f := g.inScope(signature); f != nil {
		return f
	}
	var p Principal
	known := false
	if g.Principals != nil {
		p, known = g.Principals(signature.AccessKey)
	}
	switch token := c.http.Header.Get("X-Amz-Security-Token"); {
	case !known, token != p.SessionToken:
		return badSignature("UnrecognizedClientException", "The security token included in the request is invalid.")
	case !p.Expires.IsZero() && !g.Now().Before(p.Expires):
		return &fault{reason: noRoute, response: "EXPIRED_TOKEN", kind: "ExpiredTokenException", layer: LayerAuthorizer,
			message: "The security token included in the request is expired", note: "the credentials have expired"}
	}
	if f := c.readBody(); f != nil {
		return f
	}
	if err := signature.Check(c.http, c.body, aws.Credentials{SecretAccessKey: p.SecretKey, SessionToken: p.SessionToken}); err != nil {
		// The service goes on to say what it would have signed, which here could not
		// be the same byte by byte.
		return badSignature("InvalidSignatureException", "The request signature we calculated does not match the signature you provided. "+
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	if f := g.permitted(c, p); f != nil {
		return f
	}
	c.auth = &authorization{principal: &p, accessKey: signature.AccessKey}
	return nil
}

// inScope checks what the signature is for.
func (g *Gateway) inScope(s *sigv4.Signature) *fault {
	now := g.Now().UTC()
	const layout = "20060102T150405Z"
	switch at := s.Time.Format(layout); {
	case s.Time.Before(now.Add(-maxSkew)):
		return badSignature("InvalidSignatureException", fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 5 min.)", at, now.Add(-maxSkew).Format(layout), now.Format(layout)))
	case s.Time.After(now.Add(maxSkew)):
		return badSignature("InvalidSignatureException", fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 5 min.)", at, now.Add(maxSkew).Format(layout), now.Format(layout)))
	case s.Date != s.Time.Format("20060102"):
		return badSignature("InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"+s.Date+"' != '"+s.Time.Format("20060102")+"', from '"+at+"'.")
	case s.Region != g.Region:
		return badSignature("InvalidSignatureException", "Credential should be scoped to a valid Region, not '"+s.Region+"'.")
	case s.Service != "execute-api":
		return badSignature("InvalidSignatureException", "Credential should be scoped to correct service: 'execute-api'.")
	}
	return nil
}

func badSignature(kind, message string) *fault {
	return &fault{reason: noRoute, response: "INVALID_SIGNATURE", kind: kind, layer: LayerAuthorizer, message: message, note: message}
}

// permitted weighs the policies: an explicit Deny in any of them wins.
func (g *Gateway) permitted(c *call, p Principal) *fault {
	arn, decision := g.methodARN(c), iam.ImplicitDeny
	for _, policy := range p.Policies {
		decision = max(decision, policy.Evaluate("execute-api:Invoke", arn))
	}
	if decision == iam.Allow {
		return nil
	}
	masked := strings.Replace(arn, ":"+g.Account+":", ":********"+g.Account[max(0, len(g.Account)-4):]+":", 1)
	message := "User: " + p.UserARN + " is not authorized to perform: execute-api:Invoke on resource: " + masked
	if decision == iam.ExplicitDeny {
		message += " with an explicit deny"
	}
	return &fault{reason: implicitlyDenied, layer: LayerAuthorizer, message: message, note: "the role's policy does not open this route"}
}
