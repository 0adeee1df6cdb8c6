package gate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// HTTPResponse is the form of the answer to an HTTP API's payload format 2.0.
type HTTPResponse int

const (
	SimpleResponse HTTPResponse = iota // isAuthorized: the API must enable simple responses
	PolicyResponse                     // an IAM policy: the API must not enable them
)

// Config is what a Handler is made of. Verifier is required.
type Config struct {
	Verifier     Verifier
	TokenFrom    TokenFrom    // zero: header:Authorization
	Rules        policy.Rules // zero: a good token opens every route
	OnReject     OnReject     // zero: Unauthorized
	HTTPResponse HTTPResponse // zero: SimpleResponse

	// ContextClaims are claims that the context hands on under their own names, as
	// the package comment says. At most 16; CheckContextName says which names may be.
	// They are read out of claims that cognito.Verifier.Verify made: nothing can be
	// decided about another Verifier's.
	ContextClaims []string

	// Context returns further members of the context of a good token that opens
	// something, if set: at most 16, of at most 1 KB, by names that CheckContextName
	// takes and ContextClaims does not have, whatever the letter case. If it returns
	// an error, or anything else, nothing is decided, and the client sees 500. It must be safe for
	// concurrent use. API Gateway caches what it returns with the answer.
	Context func(context.Context, *cognito.Claims) (map[string]string, error)

	Logger *slog.Logger     // gets one line per decision; nil: slog.Default()
	Now    func() time.Time // for the latency in that line, and AppSync's cache; nil: time.Now

	// Metrics adds metrics to that line. Zero: MetricsOff. MetricsEMF wants a Logger
	// that writes JSON, in no group, and is enabled for level info.
	Metrics      Metrics
	FunctionName string // a dimension of the metrics; empty: AWS_LAMBDA_FUNCTION_NAME

	// Observe is called after each decision, if set, with the context of the
	// invocation. Lambda freezes what it leaves behind when it returns. It must be
	// safe for concurrent use, and must not panic.
	Observe func(context.Context, Decision)
}

// A Handler is the authorizer. It is safe for concurrent use if its Verifier is.
type Handler struct {
	cfg     Config
	readers sync.Pool // of *strictjson.Reader: making one allocates as much as reading a token with it
	sources []source
	emf     *emf
	warm    atomic.Bool // has decided before
}

// New returns a handler, or an error if cfg has no verifier, an unknown OnReject,
// HTTPResponse or Metrics, metrics without what they need, or context claims that
// no context may have. Its metrics count no fetches of
// key sets, which are its verifier's: see [Open].
func New(cfg Config) (*Handler, error) { return newHandler(cfg, new(keySetCounts)) }

func newHandler(cfg Config, keySets *keySetCounts) (*Handler, error) {
	if cfg.Verifier == nil {
		return nil, errors.New("gate: Verifier is nil")
	}
	if cfg.OnReject != Unauthorized && cfg.OnReject != Deny {
		return nil, fmt.Errorf("gate: unknown OnReject %d", cfg.OnReject)
	}
	if cfg.HTTPResponse != SimpleResponse && cfg.HTTPResponse != PolicyResponse {
		return nil, fmt.Errorf("gate: unknown HTTPResponse %d", cfg.HTTPResponse)
	}
	if wrong := checkContextClaims(cfg.ContextClaims); wrong != nil {
		return nil, fmt.Errorf("gate: context claims: %s", strings.Join(wrong, "; "))
	}
	cfg.ContextClaims = slices.Clone(cfg.ContextClaims)
	sources := cfg.TokenFrom.sources
	if sources == nil {
		sources = authorization()
	}
	cfg.Logger = cmp.Or(cfg.Logger, slog.Default())
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	metrics, err := newEMF(cfg, keySets)
	if err != nil {
		return nil, err
	}
	h := &Handler{cfg: cfg, sources: sources, emf: metrics}
	h.readers.New = func() any { return new(strictjson.Reader) }
	return h, nil
}

// Invoke answers one authorizer event; it is aws-lambda-go's lambda.Handler. The
// package comment says what it answers. The error is [ErrUnauthorized],
// [ErrUndecided] or [ErrEvent] and never holds anything that the client sent.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
func (h *Handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	start := h.cfg.Now()
	d := h.decide(ctx, event)
	now := h.cfg.Now()
	d.Event = cmp.Or(d.Event, unknownEvent)
	d.Latency, d.ColdStart = now.Sub(start), !h.warm.Swap(true)
	d.RequestID, d.TraceID = invocation.RequestID(ctx), invocation.TraceID(ctx)
	h.log(ctx, d, now)
	if h.cfg.Observe != nil {
		h.cfg.Observe(ctx, d.Decision)
	}
	return d.answer, d.err
}
