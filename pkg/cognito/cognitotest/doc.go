// Package cognitotest is a user pool for tests, in the manner of httptest: it
// makes keys when the test runs, serves their key set on a loopback port, and
// signs whatever tokens a test asks for. It also makes the events that API
// Gateway and AppSync send, to an authorizer and to the function behind it.
//
// [NewPool] returns a pool. [Pool.AccessToken] and [Pool.IDToken] sign good
// tokens; edits such as [InGroups], [Expired] and [Machine] make every other kind
// of them. [Pool.Rotate], [Pool.Withdraw], [Pool.Fail] and [Pool.Delay] are what
// happens to key sets. [AuthorizerEvent] and [FunctionEvent] make the events.
//
// Nothing leaves the machine, and everything ends with the test. What cannot be
// made fails the test. No key and no token here is Cognito's: a verifier accepts
// them only if its configuration holds the pool itself.
package cognitotest
