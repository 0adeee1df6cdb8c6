package main

import (
	"net/http"
	"sync"

	"github.com/notegate/notegate/infra/local/gateway"
)

// maxPreflights bounds the memory: browsers that never send the request after
// their preflight are rare.
const maxPreflights = 100

// preflights remembers the paths of CORS preflights until the request comes that
// each was for. The zero value is empty; when it is full it forgets everything.
type preflights struct {
	mu    sync.Mutex
	paths map[string]bool
}

// fold keeps a preflight that was answered well from the log, which is told by
// false, and marks the request that it was for.
func (p *preflights) fold(line requestLine) (requestLine, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if line.Method != http.MethodOptions {
		line.preflight = p.paths[line.Path]
		delete(p.paths, line.Path)
		return line, true
	}
	if line.Layer != gateway.LayerGateway || line.Status >= 300 || line.Resource == "" {
		return line, true
	}
	if p.paths == nil || len(p.paths) == maxPreflights {
		p.paths = map[string]bool{}
	}
	p.paths[line.Path] = true
	return line, false
}
