package lambda

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// MaxPayload is Lambda's limit of an event in bytes, and maxAnswer of an answer:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	MaxPayload = 6 << 20
	maxAnswer  = MaxPayload + 100
)

// runtimeAPI is Lambda's side of the Runtime API, for one function.
type runtimeAPI struct {
	arn        string
	waiting    chan *invocation           // handed over when the function asks for its next event
	current    atomic.Pointer[invocation] // what the function works on, until it answers
	initFailed chan Answer                // has room for the only one
}

// An invocation is one event and, once the function has posted it, its answer.
type invocation struct {
	id       string
	arn      string // empty: the function's
	traceID  string // empty: none
	event    []byte
	deadline time.Time     // zero: after timeout
	timeout  time.Duration // from when the function has it
	answer   chan Answer   // has room for the only one, so that it waits for no reader
}

func (a *runtimeAPI) handler() http.Handler {
	const root = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+root+"invocation/next", a.next)
	mux.HandleFunc("POST "+root+"invocation/{id}/response", a.answered(false))
	mux.HandleFunc("POST "+root+"invocation/{id}/error", a.answered(true))
	mux.HandleFunc("POST "+root+"init/error", a.initError)
	return mux
}

// next hands over one event. A function that has not answered the last one gets
// no other: its answer could be assigned to the wrong request.
func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	if a.current.Load() != nil {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "Transition from Running to Ready is not allowed for runtime.")
		return
	}
	select {
	case i := <-a.waiting:
		a.current.Store(i)
		deadline := i.deadline
		if deadline.IsZero() {
			deadline = time.Now().Add(i.timeout)
		}
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", cmp.Or(i.arn, a.arn))
		if i.traceID != "" {
			h.Set("Lambda-Runtime-Trace-Id", i.traceID)
		}
		w.Write(i.event)
	case <-r.Context().Done(): // the function has exited
	}
}

func (a *runtimeAPI) answered(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAnswer))
		i := a.current.Load()
		if i == nil || r.PathValue("id") != i.id || !a.current.CompareAndSwap(i, nil) {
			refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
			return
		}
		if err != nil {
			i.answer <- Answer{Failed: true, Body: string(oversized.Payload())}
			refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", maxAnswer))
			return
		}
		i.answer <- Answer{Failed: failed, Body: string(body)}
		accept(w)
	}
}

// initError is how a runtime says that the function's code could not be loaded.
// Most exit after it.
func (a *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAnswer))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Exceeded maximum allowed payload size.")
		return
	}
	select {
	case a.initFailed <- Answer{Failed: true, Body: string(body)}:
	default: // it has said so before
	}
	accept(w)
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

func refuse(w http.ResponseWriter, status int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"errorMessage":%q,"errorType":%q}`, message, errorType)
}
