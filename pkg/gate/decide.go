package gate

import (
	"context"
	"errors"
	"slices"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/internal/panicsite"
	"github.com/notegate/notegate/pkg/internal/strictjson"
	"github.com/notegate/notegate/pkg/policy"
)

// Reasons of the gate itself, beside those of package cognito.
const (
	reasonRules   = "no_access_rule"      // no rule opens this method and path to the caller
	reasonEvent   = "unknown_event"       // not an event of an authorizer
	reasonContext = "context_unavailable" // Config.Context failed, or there is more than a context holds
	reasonFault   = "internal_failure"    // a defect: in the verifier, or here
)

// anonymous is the principal of a refused caller whose name is not known. A
// policy needs one, though no backend will see it.
const anonymous = "anonymous"

// A decision is an answer and what there is to log about it.
type decision struct {
	Decision
	detail   string // our own words; may be empty
	pool     string
	clientID string

	answer []byte // nil if err is not
	err    error
}

// decide turns a panic into a decision as well: its text may hold a part of the
// token, and the Lambda runtime would report it as the error's, where a mere
// "Unauthorized" even means 401.
func (h *Handler) decide(ctx context.Context, event []byte) (d decision) {
	defer func() {
		if recover() != nil {
			d = decision{Decision: Decision{Event: d.Event}, detail: "panic in " + panicsite.Name()}.fail(reasonFault, ErrUndecided)
		}
	}()
	reader := h.readers.Get().(*strictjson.Reader)
	req, err := parseEvent(reader, event, h.sources)
	h.readers.Put(reader)
	d.Event = string(req.shape)
	if err != nil {
		d.detail = err.Error()
		return d.fail(reasonEvent, err)
	}
	claims, err := h.verify(ctx, req)
	if err != nil {
		return h.refuse(d, req, err)
	}
	return h.admit(ctx, d, req, claims)
}

func (h *Handler) verify(ctx context.Context, req request) (*cognito.Claims, error) {
	if req.ambiguous {
		return nil, &cognito.Refusal{Reason: cognito.ReasonMalformed}
	}
	return h.cfg.Verifier.Verify(ctx, req.authorization)
}

// admit answers for a caller with a good token.
func (h *Handler) admit(ctx context.Context, d decision, req request, claims *cognito.Claims) decision {
	if claims == nil || claims.Subject == "" {
		d.detail = "the verifier returned no claims, or no subject"
		return d.fail(reasonFault, ErrUndecided)
	}
	d.pool, d.clientID = claims.Pool, claims.ClientID
	var routes []policy.Route
	if !h.cfg.Rules.IsZero() && req.hasRoutes() {
		routes = h.cfg.Rules.Routes(claims.Scopes, claims.Groups)
	}
	if !h.cfg.Rules.IsZero() && len(routes) == 0 {
		d.Reason = reasonRules
		return h.deny(d, req, answer{principal: claims.Subject})
	}
	d.Outcome = OutcomeAllow
	a := answer{principal: claims.Subject}
	var err error
	if a.caller, err = h.context(ctx, req, claims); err != nil {
		d.detail = err.Error()
		return d.fail(reasonOfContext(err), ErrUndecided)
	}
	switch {
	case req.shape.isAppSync():
		a.ttl = ttlOfAllow(claims, h.cfg.Now())
	case routes == nil:
		a.policy, err = policy.AllowAll(req.arn)
	default:
		// The policy opens the caller's other routes even if it does not open this
		// one, because it will be cached for them.
		if !slices.ContainsFunc(routes, func(r policy.Route) bool { return r.Matches(req.arn.Method, req.arn.Path) }) {
			d.Outcome, d.Reason = OutcomeDeny, reasonRules
		}
		a.policy, err = policy.AllowRoutes(req.arn, routes)
	}
	return h.say(d, req, a, err)
}

// refuse answers for a caller whom the verifier did not accept.
func (h *Handler) refuse(d decision, req request, err error) decision {
	principal := anonymous
	if refusal, ok := errors.AsType[*cognito.Refusal](err); ok {
		d.pool, d.clientID, d.detail = refusal.Pool, refusal.ClientID, refusal.Error()
		if refusal.Claims != nil && refusal.Claims.Subject != "" {
			principal = refusal.Claims.Subject
		}
	}
	reason := cognito.ReasonOf(err)
	if reason == "" {
		return d.fail(reasonFault, ErrUndecided)
	}
	if d.Reason = reasonCode(reason); d.Reason == otherReason {
		d.detail = "" // names the reason
	}
	if req.ambiguous {
		d.detail = "several values, or sources that differ"
	}
	a := answer{principal: principal, ttl: ttlOfRefusal(reason)}
	switch {
	case reason == cognito.ReasonKeysUnavailable:
		return d.fail(d.Reason, ErrUndecided)
	case reason == cognito.ReasonScope, reason == cognito.ReasonGroup:
		return h.deny(d, req, a)
	case req.shape.isAppSync(): // takes every error for a failure
		d.Outcome = OutcomeUnauthorized
		return h.say(d, req, a, nil)
	case h.cfg.OnReject == Deny && !reason.CanHeal() && !req.ambiguous:
		return h.deny(d, req, a) // cached by the token; of several values the key may be a good one
	default:
		d.Outcome, d.err = OutcomeUnauthorized, ErrUnauthorized
		return d
	}
}

func (h *Handler) deny(d decision, req request, a answer) decision {
	d.Outcome = OutcomeDeny
	var err error
	if !req.shape.isAppSync() {
		a.policy, err = policy.DenyAll(req.arn)
	}
	return h.say(d, req, a, err)
}

// say puts the answer into the shape of the event. It takes the error of
// building the policy, so that no caller can forget it.
func (h *Handler) say(d decision, req request, a answer, err error) decision {
	if err == nil {
		a.authorized = d.Outcome == OutcomeAllow
		d.answer, err = a.marshal(req.shape, h.cfg.HTTPResponse)
	}
	if err != nil {
		return d.fail(reasonFault, ErrUndecided)
	}
	return d
}

func (d decision) fail(reason string, err error) decision {
	d.Outcome, d.Reason, d.err = OutcomeError, reason, err
	return d
}
