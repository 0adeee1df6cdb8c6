// Package cognitohttp lets only requests with a good token of an Amazon Cognito
// user pool through to an [http.Handler]:
//
//	auth := cognitohttp.New(verifier)
//	mux.Handle("GET /orders", auth.Require("orders/read")(listOrders))
//	...
//	claims, ok := cognitohttp.ClaimsFrom(r.Context())
//
// What it returns is func(http.Handler) http.Handler, which the standard mux, chi
// (Use, With) and echo (echo.WrapMiddleware) take as it is. Layers add up: with
// Require() around everything and Require("orders/read") around one route, the
// token is verified once; a layer that sees another token verifies that one.
//
// # What it answers
//
// The challenges are those of RFC 6750 section 3, the bodies are JSON of the form
// {"message":"Unauthorized"}.
//
//	request                                status  WWW-Authenticate
//	no Authorization header, or one of     401     Bearer
//	another scheme
//	a bad token                            401     Bearer error="invalid_token", error_description="expired"
//	several Authorization headers          400     Bearer error="invalid_request", ...
//	a scope is missing                     403     Bearer error="insufficient_scope", ..., scope="orders/read"
//	in none of the groups                  403     Bearer error="insufficient_scope", ...
//	could not decide: no key set           503     none, with Retry-After
//	the verifier failed, or there is none  500     none
//
// The description is the [cognito.Reason], which is safe to show. No answer may be
// stored (Cache-Control: no-store): a CDN would serve one caller's refusal to
// others. The token is read only from the Authorization header, not from a
// form or a query (RFC 6750 sections 2.2 and 2.3).
//
// A CORS preflight carries no token, so what answers it belongs in front of this.
// A response that goes on for long, such as an event stream, outlives the token
// that began it, unless the handler looks at the claims' ExpiresAt.
package cognitohttp
