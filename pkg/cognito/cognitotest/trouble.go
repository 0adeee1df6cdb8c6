package cognitotest

import (
	"net/http"
	"time"
)

// trouble is what is wrong with the key set's answers; the zero value is nothing.
type trouble struct {
	status int
	delay  time.Duration
	over   chan struct{} // closed when the pool recovers; nil if nothing is wrong
}

// Fail makes every request for the key set end in this status from now on, until
// [Pool.Recover]: http.StatusServiceUnavailable is an outage.
func (p *Pool) Fail(status int) { p.set(trouble{status: status}) }

// Delay makes every answer of the key set come so much later from now on, until
// [Pool.Recover], which also answers those who wait. An hour is longer than
// anybody waits.
func (p *Pool) Delay(d time.Duration) { p.set(trouble{delay: d}) }

// Recover ends what Fail or Delay began.
func (p *Pool) Recover() { p.set(trouble{}) }

func (p *Pool) set(next trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.trouble.over != nil {
		close(p.trouble.over)
	}
	if next != (trouble{}) {
		next.over = make(chan struct{})
	}
	p.trouble = next
}

func (p *Pool) serveKeySet(w http.ResponseWriter, r *http.Request) {
	p.requests.Add(1)
	p.mu.Lock()
	now := p.trouble
	p.mu.Unlock()
	if now.delay > 0 {
		later := time.NewTimer(now.delay)
		defer later.Stop()
		select {
		case <-later.C:
		case <-now.over:
		case <-r.Context().Done():
			return
		}
	}
	if now.status != 0 {
		http.Error(w, http.StatusText(now.status), now.status)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	document, err := Document(r.Context(), p.published)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(document)
}
