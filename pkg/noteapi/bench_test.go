package noteapi_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/bolt"
	"github.com/notegate/notegate/pkg/note/notetest"
	"github.com/notegate/notegate/pkg/noteapi"
)

// BenchmarkInvoke is the whole handler, from an event's bytes to a response's,
// on a table in memory and on a file. Each create of the file's waits for the
// disk.
func BenchmarkInvoke(b *testing.B) {
	for _, bm := range []struct {
		name string
		open func(b *testing.B) note.Store
	}{
		{"memory", func(*testing.B) note.Store { return new(notetest.Memory) }},
		{"bolt", openBolt},
	} {
		b.Run("create/"+bm.name, func(b *testing.B) {
			handler, event := benchHandler(b, bm.open(b)), createEvent(b)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				invoke(b, handler, event(i))
			}
		})
		handler, event := benchHandler(b, bm.open(b)), createEvent(b)
		for i := range 50 {
			invoke(b, handler, event(i))
		}
		for _, request := range []struct {
			name  string
			event []byte
		}{
			{"get", get(b).set("pathParameters.noteid", "n42").json(b)},
			{"list", list(b).json(b)},
		} {
			b.Run(request.name+"/"+bm.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					invoke(b, handler, request.event)
				}
			})
		}
	}
}

// createEvent returns what makes the event that creates the i-th note.
func createEvent(b *testing.B) func(i int) []byte {
	event := create(b, `{"noteid":"nID","note":"Buy milk and bread."}`).json(b)
	return func(i int) []byte { return bytes.Replace(event, []byte("nID"), fmt.Appendf(nil, "n%d", i), 1) }
}

func invoke(b *testing.B, handler *noteapi.Handler, event []byte) {
	response, err := handler.Invoke(context.Background(), event)
	if err != nil || !bytes.Contains(response, []byte(`"statusCode":200`)) {
		b.Fatalf("%v: %s", err, response)
	}
}

func openBolt(b *testing.B) note.Store {
	store, err := bolt.Open(filepath.Join(b.TempDir(), "notes.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	return store
}

func benchHandler(b *testing.B, store note.Store) *noteapi.Handler {
	handler, err := noteapi.New(noteapi.Config{
		Store: store, Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)), Now: func() time.Time { return now },
	})
	if err != nil {
		b.Fatal(err)
	}
	return handler
}
