package api

import (
	"regexp"
	"time"
)

// An AuthorizerType is how an authorizer decides.
type AuthorizerType string

const (
	Token     AuthorizerType = "TOKEN"              // REST: a function, asked about one header
	Request   AuthorizerType = "REQUEST"            // a function, asked about the request
	UserPools AuthorizerType = "COGNITO_USER_POOLS" // REST
	JWT       AuthorizerType = "JWT"
	IAM       AuthorizerType = "AWS_IAM"
)

// An Authorizer decides who may call a route. Which fields count depends on the
// type.
type Authorizer struct {
	Name    string
	Type    AuthorizerType
	Sources []Source // identity sources; exactly one except for Request and IAM
	At      Place

	// Token, UserPools: the whole value must match; nil: every value.
	// With user pools the value is the token's aud.
	Expression *regexp.Regexp
	Pattern    string // of the expression, as the definition has it

	// Token, Request.
	Function Function
	TTL      time.Duration // of a cached answer; 0: no cache
	Payload  string        // "1.0" or "2.0"; HTTP only
	Simple   bool          // payload 2.0: the answer is yes or no, not a policy

	Issuers    []Issuer // UserPools, JWT
	Algorithms []string // JWT
}

// An Issuer is one whose tokens are good.
type Issuer struct {
	URL       string
	Audiences []string // of which a token's aud needs one; UserPools: none is asked for
	ClientID  bool     // client_id counts where there is no aud
}
