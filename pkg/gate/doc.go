// Package gate answers Amazon API Gateway's question whether a request may
// pass. It takes the events of all four kinds of Lambda authorizer and answers
// each in its own shape:
//
//	REST API, type TOKEN          IAM policy
//	REST API, type REQUEST        IAM policy
//	HTTP API, payload format 1.0  IAM policy
//	HTTP API, payload format 2.0  {"isAuthorized":...}, so enable simple responses
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
// array and groups only those without. The decision may be cached for longer than the token lives, so whatever
// reads the context must compare exp with the clock.
//
// A bad token is answered as [OnReject] says. A good token without a required
// scope or group, or for which no access rule opens this method and path, is
// denied, which the client sees as 403. If nothing could be decided, because the
// key set is out of reach or the event is unknown, then the answer is an error,
// which the client sees as 500. Such an error deserves an alarm, unless the event
// came from somebody else, such as a warmer.
//
// # Caching
//
// API Gateway caches an IAM policy per token and evaluates it for every later
// request, so the policy lists all that the token opens. The yes or no of
// payload format 2.0 cannot do that: with access rules it holds for this
// request's method and path only. If such an authorizer caches, then
// $context.routeKey must be one of its identity sources, and no rule may tell
// apart two paths of one route, such as /notes/1 and /notes/2 of
// GET /notes/{noteid}.
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
