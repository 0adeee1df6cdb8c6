package gate

import (
	"slices"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
)

// A Decision is what an observer learns of one decision. Outcome, Reason and
// Event are from closed lists, [Outcomes], [Reasons] and [Events], and so may be
// the attributes of a metric; the two ids may not. Nothing in it is a client's
// but the digits of the trace id.
type Decision struct {
	Outcome   Outcome
	Reason    string // why it is not an Allow; empty for OutcomeAllow
	Event     string // the kind of event
	Latency   time.Duration
	ColdStart bool   // the handler's first decision
	RequestID string // Lambda's id of the invocation; empty outside Lambda
	TraceID   string // X-Ray's, such as 1-5759e988-bd862e3fe1be46a994272793; empty if there is none
}

// An Outcome is what a decision comes down to for the request that asked.
type Outcome string

const (
	OutcomeAllow        Outcome = "allow"
	OutcomeDeny         Outcome = "deny"         // 403: a good token that does not open this, or a bad one that [Deny] denies
	OutcomeUnauthorized Outcome = "unauthorized" // 401: a bad token
	OutcomeError        Outcome = "error"        // 500: could not decide
)

// Outcomes returns every Outcome.
func Outcomes() []Outcome {
	return []Outcome{OutcomeAllow, OutcomeDeny, OutcomeUnauthorized, OutcomeError}
}

// Reasons returns every reason that a [Decision] may have: the codes of package
// cognito, then the gate's own. A Verifier's refusal for a reason that is none of
// cognito's counts as other.
func Reasons() (reasons []string) {
	for _, r := range cognitoReasons {
		reasons = append(reasons, string(r))
	}
	return append(reasons, reasonRules, reasonEvent, reasonContext, reasonFault, otherReason)
}

// cognitoReasons is as package cognito lists them; a test compares.
var cognitoReasons = [...]cognito.Reason{
	cognito.ReasonMissingToken, cognito.ReasonMalformed, cognito.ReasonAlgorithm, cognito.ReasonIssuer, cognito.ReasonUnknownKey,
	cognito.ReasonSignature, cognito.ReasonExpired, cognito.ReasonNotYetValid, cognito.ReasonTokenUse, cognito.ReasonClient, cognito.ReasonSubject,
	cognito.ReasonScope, cognito.ReasonGroup, cognito.ReasonKeysUnavailable,
}

// otherReason stands for what a Verifier of somebody else's may write into a
// Refusal, which no log and no metric may hold.
const otherReason = "other"

func reasonCode(r cognito.Reason) string {
	if !slices.Contains(cognitoReasons[:], r) {
		return otherReason
	}
	return string(r)
}
