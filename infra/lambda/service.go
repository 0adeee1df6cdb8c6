package lambda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var (
	// ErrSpec says that a function lacks a name or a command.
	ErrSpec = errors.New("lambda: a function needs a name and a command")

	// ErrTooLarge says that an event exceeds Lambda's limit; Lambda's Invoke
	// answers 413.
	ErrTooLarge = errors.New("lambda: the event is too large")

	// ErrClosed says that the service ended before the function answered.
	ErrClosed = errors.New("lambda: the service is closed")
)

// ServiceConfig is what [NewService] needs. Every field has a default.
type ServiceConfig struct {
	Region string // of every function; "us-east-1" by default

	// Concurrency is how many processes a function may have at once. Calls
	// beyond them wait. 10 by default.
	Concurrency int

	// InitTimeout is how long a process may take until it asks for its first
	// event, before the function's own timeout begins; 10 s by default, as in Lambda.
	InitTimeout time.Duration

	// Log gets each line that a function writes, without its end, and is called
	// concurrently. Without it they are dropped.
	Log func(function, line string)
}

// A Service runs functions, each with as many processes as it has calls at once,
// as Lambda has it. A process is started when one is needed, serves one call
// after another, and is replaced if it exits, if a call takes longer than the
// function's timeout, or if a watched file changes. Make it with [NewService],
// and end it with Close. Its methods may be called concurrently.
type Service struct {
	config  ServiceConfig
	watcher watcher

	mu     sync.Mutex
	pools  []*Pool
	closed bool
}

// A Spec is a function's settings. Name and Command are required.
type Spec struct {
	Name    string
	Command []string // speaks the Runtime API
	Dir     string   // the folder of its code, where it is run; empty: the current one
	Env     []string // NAME=value; nothing is inherited, and what Lambda sets comes first

	Handler string        // _HANDLER
	Runtime string        // such as provided.al2023
	Memory  int           // MB, only told to the function; 128 by default
	Timeout time.Duration // of a call; 3 s by default, as in Lambda

	// Watch lists files, and folders with all that is below them, which make new
	// processes when they change.
	Watch []string
}

// NewService returns a service without functions.
func NewService(config ServiceConfig) *Service {
	config.Region = cmp.Or(config.Region, "us-east-1")
	config.Concurrency = cmp.Or(config.Concurrency, 10)
	config.InitTimeout = cmp.Or(config.InitTimeout, 10*time.Second)
	if config.Log == nil {
		config.Log = func(string, string) {}
	}
	return &Service{config: config}
}

// Add makes a function of the settings. Nothing is started before its first call.
func (s *Service) Add(spec Spec) (*Pool, error) {
	if spec.Name == "" || len(spec.Command) == 0 {
		return nil, fmt.Errorf("%w: %q", ErrSpec, spec.Name)
	}
	spec.Memory = cmp.Or(spec.Memory, 128)
	spec.Timeout = cmp.Or(spec.Timeout, 3*time.Second)
	p := &Pool{service: s, spec: spec, slots: make(chan struct{}, s.config.Concurrency)}
	p.ctx, p.end = context.WithCancelCause(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	s.pools = append(s.pools, p)
	return p, nil
}

// Close ends all processes, without notice, and waits until they are gone. Calls
// under way return [ErrClosed].
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	pools := s.pools
	s.mu.Unlock()
	var ending sync.WaitGroup
	for _, p := range pools {
		ending.Go(p.close)
	}
	ending.Wait()
	return s.watcher.close()
}
