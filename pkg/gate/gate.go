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
package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/internal/invocation"
	"github.com/notegate/notegate/pkg/internal/strictjson"
	"github.com/notegate/notegate/pkg/policy"
)

// What Invoke's errors tell apart.
var (
	// ErrUnauthorized makes API Gateway answer 401. Only an error with exactly
	// this text does; it is never wrapped.
	ErrUnauthorized = errors.New("Unauthorized")

	// ErrUndecided says that it is not known whether the token is good: 500.
	ErrUndecided = errors.New("gate: cannot decide")

	// ErrEvent says that the event is not one of an authorizer's: 500.
	ErrEvent = errors.New("gate: unknown event")
)

// A Verifier decides whether the raw value of an Authorization header holds a
// good token. It returns the claims of a good one, never nil and never without
// a subject, or an error. An error in whose tree [cognito.ReasonOf] finds no
// reason counts as undecided.
type Verifier interface {
	Verify(ctx context.Context, authorization string) (*cognito.Claims, error)
}

var _ Verifier = (*cognito.Verifier)(nil)

// OnReject is the answer to a bad token.
type OnReject int

const (
	// Unauthorized makes the client see 401. Lambda counts the invocation as
	// failed, since an error is the only way to that status.
	Unauthorized OnReject = iota

	// Deny makes the client see 403, without an error in Lambda's metrics. API
	// Gateway caches it, so what time can heal (see cognito.Reason.CanHeal), and a
	// request with several Authorization values, are Unauthorized even so.
	Deny
)

// Config is what a Handler is made of. Verifier is required.
type Config struct {
	Verifier Verifier
	Rules    policy.Rules     // zero: a good token opens every route
	OnReject OnReject         // zero: Unauthorized
	Logger   *slog.Logger     // gets one line per decision; nil: slog.Default()
	Now      func() time.Time // for the latency in that line; nil: time.Now

	// Observe is called after each decision that is not a plain Allow, if set,
	// with the request id of the Lambda invocation and the reason that is
	// logged: a fixed code, safe to show. It must be safe for concurrent use.
	Observe func(requestID, reason string)
}

// A Handler is the authorizer. It is safe for concurrent use if its Verifier is.
type Handler struct {
	cfg     Config
	readers strictjson.Pool
}

// New returns a handler, or an error if cfg has no verifier or an unknown
// OnReject.
func New(cfg Config) (*Handler, error) {
	if cfg.Verifier == nil {
		return nil, errors.New("gate: want a verifier")
	}
	if cfg.OnReject != Unauthorized && cfg.OnReject != Deny {
		return nil, fmt.Errorf("gate: unknown OnReject %d", cfg.OnReject)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Handler{cfg: cfg}, nil
}

// Invoke answers one authorizer event; it is aws-lambda-go's lambda.Handler. The
// package comment says what it answers. The error is [ErrUnauthorized],
// [ErrUndecided] or [ErrEvent] and never holds anything that the client sent.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
func (h *Handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	start := h.cfg.Now()
	d := h.decide(ctx, event)
	h.log(ctx, d, h.cfg.Now().Sub(start))
	if h.cfg.Observe != nil && d.reason != "" {
		h.cfg.Observe(invocation.RequestID(ctx), d.reason)
	}
	return d.answer, d.err
}
