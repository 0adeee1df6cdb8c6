package jwks_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/notegate/notegate/pkg/jwks"
)

// BenchmarkKeyRead looks up known keys of a fresh set.
func BenchmarkKeyRead(b *testing.B) {
	for _, keys := range []int{2, 100} {
		set, err := jwks.New(jwks.Config{URL: "https://pool.example", Seed: []byte(setOf(many(keys)...))})
		if err != nil {
			b.Fatal(err)
		}
		for _, callers := range []int{1, 2, 16} {
			b.Run(fmt.Sprintf("keys=%d/callers=%d", keys, callers), func(b *testing.B) {
				b.ReportAllocs()
				var all sync.WaitGroup
				for range callers {
					all.Go(func() {
						for range b.N / callers {
							if _, err := set.KeyRead(b.Context(), "1"); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				all.Wait()
			})
		}
	}
}
