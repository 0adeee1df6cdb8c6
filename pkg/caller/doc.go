// Package caller says who is calling a Lambda function. [FromEvent] reads the
// event that the function got, through whichever door the request came:
//
//	door                                   where the event names the caller
//	REST API, Lambda authorizer            requestContext.authorizer.principalId
//	REST API, Cognito authorizer           requestContext.authorizer.claims
//	REST API, JWT authorizer               requestContext.authorizer.claims
//	REST API, IAM and an identity pool     requestContext.identity.cognitoAuthenticationProvider
//	HTTP API, JWT authorizer               requestContext.authorizer.jwt.claims; payload 1.0: as a REST API
//	HTTP API, Lambda authorizer            requestContext.authorizer.lambda; payload 1.0: as a REST API
//	WebSocket API, Lambda authorizer       requestContext.authorizer.principalId, in every message
//	AppSync, Lambda authorization          identity.resolverContext; an Event API: identity.handlerContext
//	AppSync, user pool or OpenID Connect   identity.claims
//
// API Gateway's proxy integrations and AppSync's direct Lambda resolvers write these
// members, and no client can. If a mapping template or a client's body makes the
// event, or if others may invoke the function, then the event can name any caller:
// do not use this package there. The Lambda authorizer is notegate's, or one whose
// context has the same members: sub and exp, and optionally client_id, scope,
// groups, groups_json and iss.
//
// An event that does not name exactly one caller is refused, and so is a caller
// whose token has expired since it was verified: API Gateway caches an
// authorizer's answer, and a WebSocket connection outlives its token. So a caller may
// have expired by $disconnect: clean up by the connection's id.
//
// Other events of mapping templates, AppSync's batches and a HTTP API's or
// AppSync's IAM authorization are not read: they have no caller here.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html
package caller
