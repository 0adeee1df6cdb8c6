// Package lambda is Lambda's side of the Lambda Runtime API: with it a built
// function runs as Lambda runs it, as a process of its own that fetches its
// events and posts its answers.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package lambda

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// A Server serves one function, which finds it under the host and port in
// AWS_LAMBDA_RUNTIME_API. Make it with [New].
type Server struct {
	mux     *http.ServeMux
	events  chan []byte
	answers chan Answer
	count   int
}

// An Answer is what the function posted.
type Answer struct {
	Failed bool   // posted as an error: Body is {"errorMessage","errorType",...}
	Body   string // JSON
}

// New returns a server that has no event yet.
func New() *Server {
	s := &Server{mux: http.NewServeMux(), events: make(chan []byte), answers: make(chan Answer)}
	const invocation = "/2018-06-01/runtime/invocation/"
	s.mux.HandleFunc("GET "+invocation+"next", s.next)
	s.mux.HandleFunc("POST "+invocation+"{id}/response", s.answered(false))
	s.mux.HandleFunc("POST "+invocation+"{id}/error", s.answered(true))
	return s
}

// Invoke hands the function one event and returns its answer; one call at a
// time, as Lambda does it. The error is the context's, which the caller ends
// when the function's process does.
func (s *Server) Invoke(ctx context.Context, event []byte) (Answer, error) {
	select {
	case s.events <- event:
	case <-ctx.Done():
		return Answer{}, context.Cause(ctx)
	}
	select {
	case answer := <-s.answers:
		return answer, nil
	case <-ctx.Done():
		return Answer{}, context.Cause(ctx)
	}
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Server) next(w http.ResponseWriter, r *http.Request) {
	select {
	case event := <-s.events:
		s.count++
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprintf("00000000-0000-4000-8000-%012d", s.count))
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(10*time.Second).UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:under-test")
		w.Write(event)
	case <-r.Context().Done():
	}
}

func (s *Server) answered(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the process ended in mid-sentence
		}
		w.WriteHeader(http.StatusAccepted)
		select {
		case s.answers <- Answer{Failed: failed, Body: string(body)}:
		case <-r.Context().Done():
		}
	}
}
