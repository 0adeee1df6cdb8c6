package lambda

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// maxAnswer is the most bytes that Lambda takes from a function:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxAnswer = 6<<20 + 100

// runtimeAPI is Lambda's side of the Runtime API, for one function.
type runtimeAPI struct {
	waiting chan *invocation           // handed over when the function asks for its next event
	current atomic.Pointer[invocation] // what the function works on, until it answers
}

// An invocation is one event and, once the function has posted it, its answer.
type invocation struct {
	id       string
	event    []byte
	deadline time.Time
	answer   chan Answer // has room for the only one, so that it waits for no reader
}

func newInvocation(ctx context.Context, event []byte) *invocation {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(defaultTimeout)
	}
	return &invocation{id: uuid.NewString(), event: event, deadline: deadline, answer: make(chan Answer, 1)}
}

func (a *runtimeAPI) handler() http.Handler {
	const root = "/2018-06-01/runtime/invocation/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+root+"next", a.next)
	mux.HandleFunc("POST "+root+"{id}/response", a.answered(false))
	mux.HandleFunc("POST "+root+"{id}/error", a.answered(true))
	return mux
}

func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	select {
	case i := <-a.waiting:
		a.current.Store(i)
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:"+region+":123456789012:function:"+name)
		w.Write(i.event)
	case <-r.Context().Done(): // the function has exited
	}
}

func (a *runtimeAPI) answered(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAnswer))
		if err != nil {
			http.Error(w, `{"errorType":"RequestEntityTooLarge"}`, http.StatusRequestEntityTooLarge)
			return
		}
		i := a.current.Load()
		if i == nil || r.PathValue("id") != i.id || !a.current.CompareAndSwap(i, nil) {
			http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusBadRequest)
			return
		}
		i.answer <- Answer{Failed: failed, Body: string(body)}
		w.WriteHeader(http.StatusAccepted)
	}
}
