// Package noteapi answers API Gateway's events: it finds the caller, reads the
// request strictly, calls [note.Service], and turns what comes back into a
// status, headers and JSON.
//
// One handler serves every front door: REST APIs and HTTP APIs (payload 1.0 and
// 2.0) with a Lambda, Cognito or JWT authorizer, REST APIs with IAM, and, if so
// configured, a REST API's mapping template.
package noteapi

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/notegate/notegate/pkg/internal/panicsite"
	"github.com/notegate/notegate/pkg/note"
)

// A Handler is the notes Lambda function. Make it with New.
type Handler struct {
	notes  *note.Service
	mapped bool
	origin string
	log    *slog.Logger
	now    func() time.Time
}

var _ lambda.Handler = (*Handler)(nil)

// New returns the handler for that configuration.
func New(cfg Config) (*Handler, error) {
	if cfg.Store == nil {
		return nil, errors.New("noteapi: no store")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
	}
	return &Handler{
		notes:  &note.Service{Store: cfg.Store, Now: cfg.Now},
		mapped: cfg.MappedEvents,
		origin: cfg.AllowedOrigin,
		log:    cfg.Log,
		now:    cfg.Now,
	}, nil
}

// answerMargin is the time to answer in before Lambda would end the call.
const answerMargin = 500 * time.Millisecond

// Invoke answers one event. For an API's proxy event every outcome is a
// response; an error means that the event is none of API Gateway's. For a mapped
// event every refusal is an error, whose text begins with the status's name:
// BadRequest, Unauthorized, NotFound, Conflict or Internal, a colon and a blank.
func (h *Handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerMargin))
		defer cancel()
	}
	if h.mapped {
		return h.invokeMapped(ctx, event)
	}
	return h.invokeProxy(ctx, event)
}

func (h *Handler) invokeProxy(ctx context.Context, event []byte) ([]byte, error) {
	began := h.now()
	req, err := decodeEvent(event)
	if errors.Is(err, errEvent) {
		return nil, err
	}
	var res response
	if err == nil {
		res, err = h.serve(ctx, req)
	}
	if err != nil {
		res = failureOf(err).response()
	}
	h.logRequest(ctx, began, req.known(), req.id, res.StatusCode, err)
	return res.encode(h.origin)
}

// serve finds the route before the caller, so that a typing error in a path
// doesn't look like a lost session, and the caller before anything else.
func (h *Handler) serve(ctx context.Context, req request) (res response, err error) {
	defer guard(&err)
	operation, err := req.operation()
	if err != nil {
		return response{}, err
	}
	owner, err := req.context.caller(h.now())
	if err != nil {
		return response{}, err
	}
	return operation(h, ctx, owner, req)
}

// guard turns a panic into an error that names its place alone: its text may
// hold a note, and the Lambda runtime would report it.
func guard(err *error) {
	if recover() != nil {
		*err = errors.New("noteapi: panic in " + panicsite.Name())
	}
}

// logRequest writes one line, which holds nothing that a client chose: the
// route's template and not the path, and a method only of a route that is known.
func (h *Handler) logRequest(ctx context.Context, began time.Time, at route, id string, status int, err error) {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		id = cmp.Or(id, lc.AwsRequestID)
	}
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("method", at.method), slog.String("route", at.path), slog.Int("status", status),
		slog.String("request_id", id), slog.Int64("latency_ms", h.now().Sub(began).Milliseconds()),
	}
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
	case status == http.StatusTooManyRequests || status == http.StatusUnauthorized:
		level = slog.LevelWarn
	default:
		err = nil // the status says it all
	}
	if err != nil {
		attrs = append(attrs, slog.String("cause", err.Error()))
	}
	h.log.LogAttrs(ctx, level, "request", attrs...)
}
