// Package noteapi answers API Gateway's events: it finds the caller, reads the
// request strictly, calls [note.Service], and turns what comes back into a
// status, headers and JSON.
//
// One handler serves every front door: REST APIs and HTTP APIs (payload 1.0 and
// 2.0) with a Lambda, Cognito or JWT authorizer, REST APIs with IAM, and, if so
// configured, a REST API's mapping template.
//
// Make a [Handler] with [New], or with [Open] from the environment's
// [Settings], and hand it to lambda.Start as it is.
package noteapi

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/notegate/notegate/pkg/caller"
	"github.com/notegate/notegate/pkg/internal/panicsite"
	"github.com/notegate/notegate/pkg/note"
)

// Config is what a Handler is made of. Store is required.
type Config struct {
	Store note.Store

	// MappedEvents makes every event the output of a mapping template, and the
	// caller the userid in it, with no other proof. Set it only for a function
	// that nothing but such an integration may invoke.
	MappedEvents bool

	// UserPoolID is the user pool whose users an identity pool may let in (REST
	// API with IAM). Empty lets in nobody that way.
	UserPoolID string

	// AllowedOrigin is the one origin whose pages may read the answers, such as
	// https://app.example.com, or * for all. Empty allows none.
	AllowedOrigin string

	Logger *slog.Logger     // gets one line per request; nil: slog.Default()
	Now    func() time.Time // for notes, tokens' exp and the latency in that line; nil: time.Now
}

// A Handler is the notes function. It is safe for concurrent use if its Store
// is.
type Handler struct {
	cfg   Config
	notes note.Service
}

var _ lambda.Handler = (*Handler)(nil)

// New returns a handler, or an error if cfg has no store.
func New(cfg Config) (*Handler, error) {
	if cfg.Store == nil {
		return nil, errors.New("noteapi: no store")
	}
	cfg.Logger = cmp.Or(cfg.Logger, slog.Default())
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Handler{cfg: cfg, notes: note.Service{Store: cfg.Store, Now: cfg.Now}}, nil
}

// answerMargin is the time to answer in before Lambda would end the call.
const answerMargin = 500 * time.Millisecond

// Invoke answers one event. For an API's proxy event every outcome is a
// response; an error means that the event is not API Gateway's. For a mapped
// event every refusal is an error, whose text begins with the status's name:
// BadRequest, Unauthorized, NotFound, Conflict or Internal, a colon and a blank.
func (h *Handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerMargin))
		defer cancel()
	}
	if h.cfg.MappedEvents {
		return h.invokeMapped(ctx, event)
	}
	return h.invokeProxy(ctx, event)
}

func (h *Handler) invokeProxy(ctx context.Context, event []byte) ([]byte, error) {
	began := h.cfg.Now()
	req, err := decodeEvent(event)
	if errors.Is(err, errEvent) {
		h.logRequest(ctx, began, route{}, noStatus, err)
		return nil, err
	}
	var res response
	if err == nil {
		res, err = h.serve(ctx, req)
	}
	if err != nil {
		res = failureOf(err).response()
	}
	h.logRequest(ctx, began, req.known(), res.StatusCode, err)
	return res.encode(h.cfg.AllowedOrigin)
}

// serve finds the route before the caller, so that a typing error in a path
// doesn't look like a lost session, and the caller before anything else.
func (h *Handler) serve(ctx context.Context, req request) (res response, err error) {
	defer guard(&err)
	operation, err := req.operation()
	if err != nil {
		return response{}, err
	}
	owner, err := h.owner(req.event)
	if err != nil {
		return response{}, err
	}
	body, tag, err := operation(h, ctx, owner, req)
	if err != nil {
		return response{}, err
	}
	return ok(body, tag)
}

// guard turns a panic into an error that names only its place: its text may
// hold a note, and the Lambda runtime would report it.
func guard(err *error) {
	if recover() != nil {
		*err = errors.New("noteapi: panic in " + panicsite.Name())
	}
}

// errBadCaller is answered by 401, like the refusals of package caller.
var errBadCaller = errors.New("noteapi: caller: not a sub")

// owner returns whose notes the request is about. Behind IAM, where no token
// expires, that is a user of the configured pool only: another pool's users may
// have the same name for somebody else, and without a configured pool nobody is
// let in.
func (h *Handler) owner(event []byte) (note.Owner, error) {
	c, err := caller.FromEvent(event, h.cfg.Now())
	if err != nil {
		return note.Owner{}, err
	}
	region, _, _ := strings.Cut(h.cfg.UserPoolID, "_")
	if c.Expires.IsZero() && c.Issuer != "https://cognito-idp."+region+".amazonaws.com/"+h.cfg.UserPoolID {
		return note.Owner{}, errBadCaller
	}
	return note.ParseOwner(c.Subject)
}
