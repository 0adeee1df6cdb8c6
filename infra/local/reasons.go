package main

import "sync"

// maxReasons bounds the memory: a policy lives five minutes in the gateway's
// cache, and nobody reads the log of more refusals than this.
const maxReasons = 10000

// reasons remembers why the gate refused, by the Lambda request id of the
// decision, because the gateway may answer from its cache long after. The zero
// value is empty. When it is full it forgets everything.
type reasons struct {
	mu   sync.Mutex
	byID map[string]string
}

func (r *reasons) add(id, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID == nil || len(r.byID) == maxReasons {
		r.byID = map[string]string{}
	}
	r.byID[id] = reason
}

func (r *reasons) of(id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}
