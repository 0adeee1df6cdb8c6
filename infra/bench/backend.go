package main

import (
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// A server is an HTTP server on a free loopback port.
type server struct {
	host        string // host:port
	url         string
	requests    atomic.Int64
	connections atomic.Int64
	latency     atomic.Int64 // nanoseconds before each answer
	http        http.Server
}

func serve(handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{host: listener.Addr().String(), url: "http://" + listener.Addr().String()}
	s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		time.Sleep(time.Duration(s.latency.Load()))
		handler.ServeHTTP(w, r)
	})
	s.http.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	go s.http.Serve(listener) // until http is closed
	return s, nil
}

// keySet publishes a document.
func keySet(document []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(document)
	})
}

// storedNote is what DynamoDB answers to a GetItem.
const storedNote = `{"Item":{"userId":{"S":"` + userID + `"},"noteId":{"S":"42"},"note":{"S":"Buy milk and bread."},` +
	`"version":{"N":"1"},"createdAt":{"S":"2026-01-02T03:04:05.678Z"},"updatedAt":{"S":"2026-01-02T03:04:05.678Z"}}}`

// table answers every GetItem with one note. Without the checksum the SDK would
// take the answer for damaged.
var table = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	if r.Header.Get("X-Amz-Target") != "DynamoDB_20120810.GetItem" {
		http.Error(w, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`, http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(storedNote))), 10))
	io.WriteString(w, storedNote)
})
