package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The whole harness, with as little of everything as it takes: the kernel
// accounts a busy process's CPU time at the clock's ticks, and two invocations
// can lie between them. What it finds is not looked at, only that it finds
// something of everything. Nothing is zipped,
// which takes half a minute under the race detector.
func TestMeasure(t *testing.T) {
	l, err := newLab(extent{Rounds: 1, Colds: 1, Batches: 1, Batch: 50, WarmUp: 1, Verify: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	if err := l.build(filepath.Join("..", "..")); err != nil {
		t.Fatal(err)
	}
	if err := l.measure(t.Context()); errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := newReport(l).save(out); err != nil {
		t.Fatal(err)
	}

	var r report
	if err := json.Unmarshal(read(t, out, "bench.json"), &r); err != nil {
		t.Fatal(err)
	}
	if got, want := len(r.Functions), len(l.subjects); got != want {
		t.Fatalf("got %d functions, want %d", got, want)
	}
	for _, function := range r.Functions {
		for _, metric := range []string{coldFetched, coldBundled, coldCPU, warmCPU, warmP50, warmP99, peakMemory} {
			if function.Figures[metric] <= 0 {
				t.Errorf("%s: no %s", function.Name, metric)
			}
		}
	}
	if got, want := r.figure(notes, tableRequests), 1.0; got != want {
		t.Errorf("the notes asked the table %v times per invocation, want %v", got, want)
	}
	if err := xml.Unmarshal(read(t, out, "bench.svg"), new(struct{})); err != nil {
		t.Errorf("the chart: %v", err)
	}
}

// The README shows the figures of the run that is kept, and no others.
func TestReadmeShowsTheResults(t *testing.T) {
	t.Parallel()
	var r report
	if err := json.Unmarshal(read(t, "results", "bench.json"), &r); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join("..", "..")
	if !strings.Contains(string(read(t, root, "README.md")), r.markdown()) {
		t.Errorf("README.md does not hold what results/bench.json says; make bench writes both:\n%s", r.markdown())
	}

	copied := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(copied, []byte("before\n"+figuresBegin+"old\n"+figuresEnd+"after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.publish(copied); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("before\n"+r.markdown()+"after\n", string(read(t, filepath.Dir(copied), "README.md"))); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
}

func read(t *testing.T, folder, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestZippedSize(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "zeros"), make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := zippedSize([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	if got <= 0 || got >= 1<<12 {
		t.Errorf("64 KiB of zeros: got %d bytes zipped, want some, and less than 4096", got)
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	values := []float64{5, 1, 4, 2, 3}
	got := []float64{quantile(values, 0), quantile(values, 0.5), quantile(values, 0.99), quantile([]float64{7}, 0.5)}
	if diff := cmp.Diff([]float64{1, 3, 5, 7}, got); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}

func TestGoal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		goal goal
		want string
	}{
		{"at the bound", goal{Name: "a", Want: 2, Got: 2}, "a\t2.00\tat most 2.00\treached"},
		{"above it", goal{Name: "a", Want: 2, Got: 3}, "a\t3.00\tat most 2.00\tMISSED by 50 %"},
		{"just above it", goal{Name: "a", Want: 2, Got: 2.01}, "a\t2.01\tat most 2.00\tMISSED by 0.5 %"},
		{"at a lower bound", goal{Name: "a", Want: 2, Got: 2, AtLeast: true}, "a\t2.00\tat least 2.00\treached"},
		{"below a lower bound", goal{Name: "a", Want: 4, Got: 2, AtLeast: true}, "a\t2.00\tat least 4.00\tMISSED by 50 %"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.goal.String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// 1 ms at 128 MB is 0.000125 GB-s: 1e6 of them cost 0.0016667 dollars.
func TestCost(t *testing.T) {
	t.Parallel()
	got := costOf("x", 72) // µs of a whole CPU: 0.995 ms at a 128/1769 share
	want := cost{Name: "x", Billed: 1, Uncached: 0.201667, Cached: 0.0201667}
	got.Uncached, got.Cached = round(got.Uncached, 1e6), round(got.Cached, 1e7)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}

func round(x, to float64) float64 { return float64(int64(x*to+0.5)) / to }
