package gateway

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"
)

// maxVerdicts bounds the cache: a flood of tokens costs memory once.
const maxVerdicts = 10000

// A verdictKey is a hash of the identity: no token stays in memory.
type verdictKey [sha256.Size]byte

// A cache holds authorizers' verdicts, the least recently used one leaving
// first. It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	max     int
	order   *list.List // of *cached, most recently used first
	entries map[verdictKey]*list.Element
}

type cached struct {
	key     verdictKey
	verdict *verdict
	expires time.Time
}

func newCache(size int) *cache {
	return &cache{max: size, order: list.New(), entries: map[verdictKey]*list.Element{}}
}

func (c *cache) get(key verdictKey, now time.Time) *verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return nil
	}
	entry := e.Value.(*cached)
	if !now.Before(entry.expires) {
		c.remove(e)
		return nil
	}
	c.order.MoveToFront(e)
	return entry.verdict
}

func (c *cache) put(key verdictKey, v *verdict, expires time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[key]; ok {
		c.remove(e)
	}
	c.entries[key] = c.order.PushFront(&cached{key, v, expires})
	for c.order.Len() > c.max {
		c.remove(c.order.Back())
	}
}

func (c *cache) remove(e *list.Element) {
	delete(c.entries, c.order.Remove(e).(*cached).key)
}

// verdictKey is over the authorizer and the identity, not over method or path:
// that is why a policy must cover every route its bearer may take.
func (a *authorizer) verdictKey(identity []string) verdictKey {
	h := sha256.New()
	for _, part := range append([]string{a.name}, identity...) {
		sum := sha256.Sum256([]byte(part)) // of fixed length, so that parts cannot run together
		h.Write(sum[:])
	}
	return verdictKey(h.Sum(nil))
}
