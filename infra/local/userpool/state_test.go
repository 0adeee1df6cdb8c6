package userpool_test

import (
	"os"
	"path/filepath"
	"sync"

	"github.com/notegate/notegate/infra/local/userpool"
)

const stateFile = "pool.db"

// firstState is the state file of a pool that was never used. Its keys take more
// time to make than most tests.
var firstState = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "userpool")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	p, err := userpool.Open(userpool.Config{Dir: dir, PoolID: poolID, BaseURL: "http://127.0.0.1:9229", Clients: []userpool.Client{{ID: clientID, Name: "app"}}})
	if err != nil {
		return nil, err
	}
	if err := p.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, stateFile))
})

// prepare lets the pool begin with keys that other tests have, too.
func (f *fixture) prepare() {
	f.t.Helper()
	state, err := firstState()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, stateFile), state, 0o600); err != nil {
		f.t.Fatal(err)
	}
}
