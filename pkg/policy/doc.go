// Package policy builds the IAM policies with which a Lambda authorizer
// answers Amazon API Gateway.
//
// Most callers need three calls: [ParseMethodARN] on the event's method ARN,
// [ParseRules] once at start, and [AllowAll], [AllowRoutes] or [DenyAll] for
// the answer.
//
// API Gateway caches the answer per token, not per route, and evaluates it
// against every later request of that token. A policy must therefore name all
// that the token opens, and nothing that the caller typed: a path can hold an
// asterisk, which a policy would read as a wildcard. So policies here are made
// of the API id and the stage, both literal, and of paths from the
// configuration.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
package policy
