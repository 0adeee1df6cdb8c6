package gate_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// askAppSync returns the answer as AWS's own type reads it, and asserts that the
// other events of AppSync get the same.
func askAppSync(t *testing.T, cfg gate.Config) (answer events.AppSyncLambdaAuthorizerResponse, err error) {
	t.Helper()
	text, err := newHandler(t, cfg).Invoke(t.Context(), []byte(testdata(t, "appsync.json")))
	for _, another := range appSyncShapes {
		other, otherErr := newHandler(t, cfg).Invoke(t.Context(), []byte(testdata(t, another+".json")))
		if same := strings.Replace(string(other), "handlerContext", "resolverContext", 1); same != string(text) || otherErr != err {
			t.Errorf("%s: got %s, %v, want %s, %v", another, other, otherErr, text, err)
		}
	}
	if err == nil {
		decodeStrictly(t, string(text), &answer)
	}
	return answer, err
}

func ttl(seconds int) *int { return &seconds }

func sameTTL(a, b *int) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// An Allow is never kept beyond exp, and never for longer than five minutes.
func TestAppSyncKeepsNothingBeyondExp(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		left time.Duration
		want int
	}{
		"an hour":                        {time.Hour, 300},
		"five minutes":                   {5 * time.Minute, 300},
		"a second less":                  {299 * time.Second, 299},
		"less than that second":          {299*time.Second - 1, 298},
		"less than a second":             {time.Second - 1, 0},
		"nothing":                        {0, 0},
		"less than nothing, by the skew": {-time.Minute, 0},
		"as much as can be":              {200 * 365 * 24 * time.Hour, 300},
	} {
		claims := goodClaims()
		claims.ExpiresAt = fixedNow().Add(tt.left)
		answer, err := askAppSync(t, gate.Config{Verifier: returns(claims, nil)})
		if err != nil || !answer.IsAuthorized || !sameTTL(answer.TTLOverride, &tt.want) {
			t.Errorf("%s: got %+v, %v, want it allowed for %d s", rule, answer, err, tt.want)
		}
	}
	without := goodClaims()
	without.ExpiresAt = time.Time{}
	if answer, err := askAppSync(t, gate.Config{Verifier: returns(without, nil)}); err != nil || !sameTTL(answer.TTLOverride, ttl(0)) {
		t.Errorf("without exp: got %+v, %v, want it kept for 0 s", answer, err)
	}
}

// A refusal is an answer and no error, whatever OnReject says. Only what time
// cannot heal may be kept, for as long as the API says.
func TestAppSyncRefusals(t *testing.T) {
	t.Parallel()
	for reason, tt := range map[string]struct {
		err     error
		outcome gate.Outcome
		ttl     *int
	}{
		"expired":            {cognito.ErrExpired, gate.OutcomeUnauthorized, nil},
		"malformed":          {cognito.ErrMalformed, gate.OutcomeUnauthorized, nil},
		"bad_signature":      {cognito.ErrSignature, gate.OutcomeUnauthorized, nil},
		"missing_token":      {cognito.ErrMissingToken, gate.OutcomeUnauthorized, nil},
		"unknown_kid":        {cognito.ErrUnknownKey, gate.OutcomeUnauthorized, ttl(0)},
		"not_yet_valid":      {cognito.ErrNotYetValid, gate.OutcomeUnauthorized, ttl(0)},
		"other":              {&cognito.Refusal{Reason: "of somebody else"}, gate.OutcomeUnauthorized, ttl(0)},
		"insufficient_scope": {&cognito.Refusal{Reason: cognito.ReasonScope, Claims: goodClaims()}, gate.OutcomeDeny, nil},
		"insufficient_group": {cognito.ErrGroup, gate.OutcomeDeny, nil},
	} {
		for _, onReject := range []gate.OnReject{gate.Unauthorized, gate.Deny} {
			logger, out := jsonLog()
			answer, err := askAppSync(t, gate.Config{Verifier: returns(nil, tt.err), OnReject: onReject, Logger: logger})
			if err != nil || answer.IsAuthorized || answer.ResolverContext != nil || !sameTTL(answer.TTLOverride, tt.ttl) {
				t.Errorf("%s: got %+v, %v, want it refused", reason, answer, err)
			}
			if !strings.Contains(out.String(), `"decision":"`+string(tt.outcome)+`","event":"appsync"`) || !strings.Contains(out.String(), `"event":"appsync_events"`) || !strings.Contains(out.String(), `"reason":"`+reason+`"`) {
				t.Errorf("%s: log %s", reason, out)
			}
		}
	}
	for name, verifier := range map[string]verifierFunc{"keys unavailable": returns(nil, cognito.ErrKeysUnavailable), "no reason": returns(nil, errors.New("x")), "panic": panics, "no claims": returns(nil, nil)} {
		if answer, err := askAppSync(t, gate.Config{Verifier: verifier}); err != gate.ErrUndecided {
			t.Errorf("%s: got %+v, %v, want ErrUndecided", name, answer, err)
		}
	}
}

// Access rules are of methods and paths: they open no field of a GraphQL API.
func TestNoRuleOpensAppSync(t *testing.T) {
	t.Parallel()
	logger, out := jsonLog()
	answer, err := askAppSync(t, gate.Config{Rules: accessRules(t, "openid=* /*"), Logger: logger})
	if err != nil || answer.IsAuthorized || answer.TTLOverride != nil || strings.Count(out.String(), "no_access_rule") != 1+len(appSyncShapes) {
		t.Errorf("got %+v, %v, log %s, want it denied", answer, err, out)
	}
}

// AWS's own type makes an event that is taken, and every value of the context is
// a string.
func TestAppSyncEventOfAWS(t *testing.T) {
	t.Parallel()
	event, err := json.Marshal(events.AppSyncLambdaAuthorizerRequest{
		AuthorizationToken: goodValue,
		RequestContext:     events.AppSyncLambdaAuthorizerRequestContext{APIID: "a", AccountID: "111122223333", QueryString: "query {x}"},
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := newHandler(t, gate.Config{}).Invoke(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	var answer events.AppSyncLambdaAuthorizerResponse
	decodeStrictly(t, string(text), &answer)
	for name, value := range answer.ResolverContext {
		if _, ok := value.(string); !ok {
			t.Errorf("%s: got %v, want a string", name, value)
		}
	}
	if answer.ResolverContext["sub"] != goodClaims().Subject {
		t.Errorf("got %v, want the caller", answer.ResolverContext)
	}
}

// Each row makes AppSync's event one of nobody's.
func TestNotAppSyncs(t *testing.T) {
	t.Parallel()
	event := testdata(t, "appsync.json")
	for rule, change := range map[string][2]string{
		"a type":                    {`{`, `{"type":"APPSYNC",`},
		"a version":                 {`{`, `{"version":"1.0",`},
		"a method ARN":              {`{`, `{"methodArn":"` + prodARN + `",`},
		"a route ARN":               {`{`, `{"routeArn":"` + prodARN + `",`},
		"no request context":        {`"requestContext"`, `"context"`},
		"context that is no object": {`"requestContext": {`, `"requestContext": "x", "other": {`},
		"context twice":             {`{`, `{"requestContext":{},`},
		"no API":                    {`"apiId"`, `"api"`},
		"empty API":                 {`"aaaaaa123123123example123"`, `""`},
		"API that is a number":      {`"aaaaaa123123123example123"`, `7`},
		"no account":                {`"accountId"`, `"account"`},
		"no query":                  {`"queryString"`, `"query"`},
		"a query and an operation":  {`"requestId"`, `"operation": "EVENT_CONNECT", "requestId"`},
		"token that is no string":   {`"Bearer header.payload.signature"`, `7`},
	} {
		isNotAppSyncs(t, rule, event, change[0], change[1])
	}
	event = testdata(t, "appsync-events.json")
	for rule, operation := range map[string]string{"an unknown operation": `"EVENT_DELETE"`, "no operation": `""`, "an operation in lower case": `"event_publish"`, "an operation that is a number": `7`} {
		isNotAppSyncs(t, rule, event, `"EVENT_PUBLISH"`, operation)
	}
	for _, operation := range []string{"EVENT_CONNECT", "EVENT_SUBSCRIBE"} {
		text, err := newHandler(t, gate.Config{}).Invoke(t.Context(), []byte(strings.Replace(event, "EVENT_PUBLISH", operation, 1)))
		if want := testdata(t, "appsync-events.allow.json"); string(text) != want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", operation, text, err, want)
		}
	}
}

func isNotAppSyncs(t *testing.T, rule, event, old, changed string) {
	t.Helper()
	changed = strings.Replace(event, old, changed, 1)
	if answer, err := newHandler(t, gate.Config{}).Invoke(t.Context(), []byte(changed)); changed == event || !errors.Is(err, gate.ErrEvent) || answer != nil {
		t.Errorf("%s: got %s, %v, want ErrEvent", rule, answer, err)
	}
}
