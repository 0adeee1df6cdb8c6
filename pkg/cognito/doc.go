// Package cognito verifies the JSON Web Tokens of Amazon Cognito user pools.
//
// A [Verifier] is made once, from a [Config] that must name the user pools and
// the app clients, and then answers [Verifier.Verify] for each request:
//
//	pool, err := cognito.PoolByID("eu-west-1_AbCdEfGhI")
//	...
//	verifier, err := cognito.NewVerifier(cognito.Config{
//		Pools:     []cognito.UserPool{pool},
//		ClientIDs: []string{"1h57kf5cpq17m0eml12EXAMPLE"},
//	})
//	...
//	claims, err := verifier.Verify(ctx, request.Header.Get("Authorization"))
//
// Package cognitohttp puts it in front of an http.Handler, and package cognitotest
// makes tokens and key sets for tests.
//
// # Two readers that must agree
//
// A strict reading comes first. It is bounded, tolerates nothing that two JSON
// parsers could read differently, and can only refuse. Then golang-jwt's Parser
// reads the raw token anew, with the issuer's keys through keyfunc, and
// decides about algorithm, key, signature, exp, nbf, iat and aud. What both
// have read (iss, sub, exp and aud) must be equal, else the token is malformed; so
// is one that golang-jwt cannot read, such as a header with a number beyond float64.
// The [Claims] that callers get are those of the strict reading.
//
// # Order of the checks
//
//  1. The Authorization value is one token, bare or after Bearer.
//  2. It has at most 16 KiB and exactly three segments.
//  3. alg is RS256, kid is present and short, nothing in the header asks for more.
//  4. iss selects a configured pool; token_use, client_id (aud of an ID token) and
//     exp are checked, so that a token that could never pass costs no network.
//  5. The key of that pool, and of no other, with that kid.
//  6. The signature.
//  7. sub, nbf, iat, aud, scopes and groups.
//
// No option switches 3 to 6 off. Every failure is a [Refusal] with one [Reason].
// No error ever holds a token, a part of one, or text from its header.
//
// Times may have fractions of a second (RFC 7519 section 2). iat may lie a minute
// ahead, beyond [Config.ClockSkew]: Cognito's clock often is a second ahead of
// others, and iat lengthens no life. nbf and exp have only the skew; auth_time
// is not read.
//
// The rules are those of RFC 7519, RFC 8725 and
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html,
// and stricter where Cognito's own tokens allow it: duplicate and case-variant
// member names are refused, exp is required, a claim of the wrong type is an
// error and never "absent".
package cognito
