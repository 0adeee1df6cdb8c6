// Package gate answers the question of an API whether a request may pass. It
// takes the events of every kind of Lambda authorizer and answers each in its own
// shape:
//
//	REST API, type TOKEN          IAM policy
//	REST API, type REQUEST        IAM policy
//	HTTP API, payload format 1.0  IAM policy
//	HTTP API, payload format 2.0  {"isAuthorized":...}, with simple responses enabled, or an IAM policy: see [HTTPResponse]
//	WebSocket API, $connect       IAM policy
//	AppSync, GraphQL API          {"isAuthorized":...,"resolverContext":...,"ttlOverride":...}
//	AppSync, Event API            {"isAuthorized":...,"handlerContext":...,"ttlOverride":...}
//
// Make a [Handler] with [New], or with [Open] from the environment's
// [Settings], and hand it to lambda.Start as it is.
//
// # What it answers
//
// A good token is allowed, with its sub as principalId and a context of
// strings: sub, username, client_id, scope, groups, exp. Scopes and groups are
// separated by blanks, exp is in seconds since 1970, and what is empty is left
// out. If a group's name has white space, groups_json holds all groups as a JSON
// array and groups only those without. The decision may be cached for longer than
// the token lives, and a WebSocket connection outlives it, so whatever reads the
// context must compare exp with the clock. Package caller does.
//
// A bad token is answered as [OnReject] says. A good token without a required
// scope or group, or for which no access rule opens this method and path, is
// denied, which the client sees as 403. If nothing could be decided, because the
// key set is unreachable or the event is unknown, then the answer is an error,
// which the client sees as 500. Such an error deserves an alarm, unless the event
// came from somebody else, such as a warmer.
//
// # Where the token is
//
// An event of type TOKEN, and AppSync's, has the token by itself. In an event of
// type REQUEST, [TokenFrom] says where it is: a header, as long as nothing else is
// said Authorization; a cookie; or a parameter of the query string. Only a header
// may have the scheme Bearer before the token. Neither a cookie nor a parameter is
// decoded here: API Gateway has decoded the latter, and a token needs no escape.
//
// A duplicate header, cookie or parameter is malformed, even with the same value,
// and so are several sources that do not hold the same token, or of which one is
// empty. The client sees 401, never a denial, which a cache might keep for a good
// token. Each source must be an identity source of the API's authorizer, or an
// answer cached for one token would be given to another. With a cache API Gateway requires all of them, so use several sources without one.
//
// # Further context
//
// ContextClaims of [Config] are handed on under their own names, after the members
// above: a string as it is, a number as the token writes it, true or false. A claim
// that the token lacks, that is null, an array, an object or empty, or that is
// longer than 1 KB, is left out whole; a backend must treat a missing claim
// as no permission. Context of Config adds members that the token does not have.
//
// If the context is larger than 8 KB, which is what a WebSocket API's whole answer
// may have, then groups, groups_json, scope, username and client_id are left out in
// that order until it fits. Members of ContextClaims and Context are not: if these
// do not fit, nothing is decided.
//
// # Caching
//
// API Gateway caches an IAM policy per token and evaluates it for every later
// request, so the policy lists all that the token opens. The yes or no of
// payload format 2.0 cannot do that: with access rules it holds for this
// request's method and path only. If such an authorizer caches, then
// $context.routeKey must be one of its identity sources, and no rule may tell
// apart two paths of one route, such as /notes/1 and /notes/2 of
// GET /notes/{noteid}. With [PolicyResponse] neither matters.
//
// AppSync keeps an Allow for five minutes, and never beyond exp, whatever the API
// says, which could not know exp. It keeps no refusal that time can heal, and any
// other for as long as the API says.
//
// # WebSocket APIs and AppSync
//
// API Gateway asks about $connect and no message. The policy is on {stage}/*, which
// holds for both, so that it does not matter whether a message is compared with it
// as well. Each message's event has the context.
//
// AppSync counts an error of its authorizer as a failure, so a bad token is
// isAuthorized false, whatever OnReject says, and the client sees 401 for every
// refusal. A GraphQL API asks about each operation and each subscriber's connection;
// an Event API about connecting, publishing and subscribing. No field and no channel
// is denied by itself. Only what could not be decided is an error.
//
// Access rules are of methods and paths, which neither has: with rules, both are
// denied to everybody.
//
// # Metrics
//
// Each decision is one line of the log, and with [MetricsEMF] also CloudWatch
// metrics, in the embedded metric format. Their namespace is notegate:
//
//	Decisions       Count         by [FunctionName], [FunctionName, Outcome], [FunctionName, Outcome, Reason]
//	Latency         Milliseconds  by [FunctionName], [FunctionName, Outcome]
//	ColdStarts      Count         by [FunctionName]
//	KeySetFetches   Count         by [FunctionName]; failed ones too
//	KeySetFailures  Count         by [FunctionName]
//
// FunctionName is the Lambda function's name, Outcome one of [Outcomes], Reason
// one of [Reasons], or none for an Allow. Every line has every metric: ColdStarts
// is 1 in the first line of an execution environment and 0 in the others, and the
// two counts of the key sets are of what happened since the line before. The
// average of ColdStarts is the share of cold starts.
//
// Elsewhere than in CloudWatch, Config.Observe sees each decision, and
// Settings.ObserveKeySet what happens to the key sets.
package gate
