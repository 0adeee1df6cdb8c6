package main

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A lab is where functions are measured. Make it with newLab, and close it.
type lab struct {
	extent      extent
	began       time.Time
	machine     string
	root        string
	folder      string // for binaries
	pool        *pool
	keys, table *httptest.Server
	fetched     []string // environment of the functions
	bundled     []string // the same, with the key set bundled
	subjects    []*subject
	missing     string            // why there are no Node rows
	samples     map[key][]float64 // what was measured
}

// extent is how often everything is repeated. Each round measures everything
// once more, so that a slow minute of the machine slows all of it.
type extent struct {
	Rounds     int    `json:"rounds"`
	Colds      int    `json:"cold_starts"` // of each function, each way, per round
	Batches    int    `json:"batches"`     // of warm invocations, by one process per round
	Batch      int    `json:"invocations"` // per batch
	WarmUp     int    `json:"warm_up"`     // invocations before the first batch
	Benchmarks int    `json:"benchmarks"`  // runs of each Go benchmark, per round
	Time       string `json:"benchtime"`   // of each run
}

func newLab(root string, e extent) (l *lab, err error) {
	l = &lab{extent: e, root: root, began: time.Now(), machine: thisMachine(), samples: make(map[key][]float64)}
	if l.pool, err = newPool(); err != nil {
		return nil, err
	}
	if l.folder, err = os.MkdirTemp("", "notegate-bench"); err != nil {
		return nil, err
	}
	seed := filepath.Join(l.folder, "jwks.json")
	if err := os.WriteFile(seed, l.pool.keySet, 0o600); err != nil {
		return nil, err
	}
	l.keys, l.table = httptest.NewServer(keySet(l.pool.keySet)), httptest.NewServer(http.HandlerFunc(getItem))
	// What an authorizer's template would set, ours or a peer's, and the notes'
	// template. All functions get what helps those in Go.
	l.fetched = []string{
		"ISSUER=" + issuer, "JWKS_URL=" + l.keys.URL, "CLIENT_IDS=" + clientID, "GOMAXPROCS=1", "NODE_PATH=" + l.modules(),
		"TABLE_NAME=Notes", "AWS_ENDPOINT_URL_DYNAMODB=" + l.table.URL, "AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench",
	}
	l.bundled = append([]string{"JWKS_FILE=" + seed}, l.fetched...)
	return l, nil
}

func (l *lab) close() {
	l.keys.Close()
	l.table.Close()
	os.RemoveAll(l.folder)
}

// modules is where npm ci puts the peers' packages.
func (l *lab) modules() string {
	folder, _ := filepath.Abs(filepath.Join(l.root, "infra", "interop", "node_modules")) // fails without a working directory
	return folder
}

// build builds all functions and weighs them, and the Go benchmarks. Functions
// in Node are left out where there is no Node, and missing says so.
func (l *lab) build(ctx context.Context) error {
	all, err := subjects(l.pool, l.began)
	if err != nil {
		return err
	}
	for _, s := range all {
		err := s.build(l)
		if errors.Is(err, errNoNode) {
			l.missing = err.Error()
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		size, err := zippedSize(s.folders)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		l.add(s.name, zipped, float64(size)/1e6)
		l.subjects = append(l.subjects, s)
	}
	return l.buildBenchmarks(ctx)
}

func (l *lab) round(ctx context.Context) error {
	for _, step := range []func(context.Context) error{l.cold, l.warm, l.benchmarks} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func keySet(document []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(document)
	}
}

// tableLatency is less than DynamoDB takes. With none at all an answer can
// overtake the end of the SDK's request, which then drops the connection.
const tableLatency = time.Millisecond

// storedNote is what DynamoDB answers to a GetItem.
const storedNote = `{"Item":{"userId":{"S":"` + userID + `"},"noteId":{"S":"42"},"note":{"S":"Buy milk and bread."},` +
	`"version":{"N":"1"},"createdAt":{"S":"2026-01-02T03:04:05.678Z"},"updatedAt":{"S":"2026-01-02T03:04:05.678Z"}}}`

// getItem answers with one note whatever is asked. Without the checksum the SDK
// would take the answer for damaged.
func getItem(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	time.Sleep(tableLatency)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(storedNote))), 10))
	io.WriteString(w, storedNote)
}

// thisMachine is what the figures hold for: processor, cores, system, Go, Node
// and the load of the minute before.
func thisMachine() string {
	about := []string{
		strings.TrimSpace(find("/proc/cpuinfo", `model name\s*: (.*)`) + " " + runtime.GOARCH),
		fmt.Sprint(runtime.NumCPU(), " cores"),
		strings.TrimSpace(runtime.GOOS + " " + find("/proc/sys/kernel/osrelease", `^\S+`)),
		runtime.Version(),
	}
	if node, err := exec.Command("node", "--version").Output(); err == nil {
		about = append(about, "Node "+strings.TrimSpace(string(node)))
	}
	if load := find("/proc/loadavg", `^\S+`); load != "" {
		about = append(about, "load "+load)
	}
	return strings.Join(about, ", ")
}

// find returns the pattern's last group in a file, or nothing.
func find(file, pattern string) string {
	text, _ := os.ReadFile(file) // elsewhere than on Linux it is not there
	match := regexp.MustCompile(pattern).FindStringSubmatch(string(text))
	if match == nil {
		return ""
	}
	return match[len(match)-1]
}
