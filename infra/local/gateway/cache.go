package gateway

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxVerdicts bounds the cache: a flood of tokens costs memory once.
const maxVerdicts = 10000

// A verdictKey is a hash of the identity: no token stays in memory.
type verdictKey [sha256.Size]byte

// A cache holds authorizers' verdicts. A full one drops any of them for the next.
// It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	max     int
	entries map[verdictKey]cached
}

type cached struct {
	verdict *verdict
	expires time.Time
}

func newCache(size int) *cache { return &cache{max: size, entries: map[verdictKey]cached{}} }

// get returns nil if there is no verdict, or none that is still good.
func (c *cache) get(key verdictKey, now time.Time) *verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry := c.entries[key]
	if !now.Before(entry.expires) {
		delete(c.entries, key)
		return nil
	}
	return entry.verdict
}

func (c *cache) put(key verdictKey, v *verdict, expires time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for other := range c.entries {
		if len(c.entries) < c.max {
			break
		}
		delete(c.entries, other)
	}
	c.entries[key] = cached{v, expires}
}

// keyOf is over the authorizer and the identity, not over method or path: that is
// why a policy must cover every route its bearer may take.
func keyOf(authorizer string, identity []string) verdictKey {
	h := sha256.New()
	for _, part := range append([]string{authorizer}, identity...) {
		sum := sha256.Sum256([]byte(part)) // of fixed length, so that parts cannot run together
		h.Write(sum[:])
	}
	return verdictKey(h.Sum(nil))
}
