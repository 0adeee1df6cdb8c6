package gate

import (
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/internal/strictjson"
)

// isAppSync reports whether the event is AppSync's. It has neither a type nor an
// ARN, so the API that it names is looked for, in a second reading that no other
// authorizer's event needs.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
func (e *event) isAppSync(r *strictjson.Reader, document []byte) bool {
	if e.kind != "" || e.version != "" || e.methodARN != "" || e.routeARN != "" {
		return false
	}
	var api, account, query string
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
			case "queryString":
				return r.String(&query)
			}
			return r.SkipValue()
		})
	})
	return err == nil && api != "" && account != "" && query != ""
}

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
