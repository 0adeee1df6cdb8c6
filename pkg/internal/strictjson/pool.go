package strictjson

import "sync"

// A Pool keeps readers for the next call, because making one allocates as much
// as reading a token with it. The zero value is ready, and safe for concurrent
// use.
type Pool struct{ readers sync.Pool }

// Get returns a reader. Put it back when its documents are read.
func (p *Pool) Get() *Reader {
	if r, ok := p.readers.Get().(*Reader); ok {
		return r
	}
	return new(Reader)
}

// Put keeps the reader, but not the document that it has read.
func (p *Pool) Put(r *Reader) { p.readers.Put(r) }
