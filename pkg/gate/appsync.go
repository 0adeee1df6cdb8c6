package gate

import (
	"slices"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/internal/strictjson"
)

// appSyncShape returns which of AppSync's events this is, or nothing if it is none.
// They have neither a type nor an ARN, so the API that they name is looked for, in
// a second reading that no other authorizer's event needs. What tells the two kinds
// apart is that the one has a query, an empty one if a subscriber connects, and
// the other an operation.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
// https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
func (e *event) appSyncShape(r *strictjson.Reader, document []byte) shape {
	if e.kind != "" || e.version != "" || e.methodARN != "" || e.routeARN != "" {
		return ""
	}
	var api, account, operation string
	var hasQuery bool
	err := r.Object(document, func(name string) error {
		if name != "requestContext" {
			return r.SkipValue()
		}
		return r.Members(func(name string) error {
			switch name {
			case "apiId":
				return r.String(&api)
			case "accountId":
				return r.String(&account)
			case "operation":
				return r.String(&operation)
			case "queryString":
				hasQuery = true
			}
			return r.SkipValue()
		})
	})
	switch {
	case err != nil || api == "" || account == "":
		return ""
	case hasQuery && operation == "":
		return appSync
	case !hasQuery && slices.Contains(eventOperations[:], operation):
		return appSyncEvents
	}
	return ""
}

// eventOperations are all that an Event API asks about.
var eventOperations = [...]string{"EVENT_CONNECT", "EVENT_PUBLISH", "EVENT_SUBSCRIBE"}

// maxTTL is how long AppSync may keep an Allow, at most. It is API Gateway's
// default for REST APIs.
const maxTTL = 5 * time.Minute

// ttlOfAllow is how many seconds AppSync may keep an Allow: not beyond exp.
func ttlOfAllow(claims *cognito.Claims, now time.Time) *int {
	seconds := int(max(0, min(maxTTL, claims.ExpiresAt.Sub(now))) / time.Second)
	return &seconds
}

// ttlOfRefusal is 0 if the same token may pass a moment later. Else the API's own
// setting stands: the token stays what it is.
func ttlOfRefusal(reason cognito.Reason) *int {
	if !reason.CanHeal() {
		return nil
	}
	return new(int)
}
