package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A client is one connection that asks one question after the other. It writes
// its requests itself: net/http's client, and vegeta with it, would take more of
// the machine from the stack that is to be measured.
type client struct {
	conn    net.Conn
	answers *bufio.Reader
	head    string
}

// dial connects to the API.
func (s *stack) dial() (*client, error) {
	return dialTo(s.api, "Authorization: Bearer "+s.token+"\r\nContent-Type: application/json\r\n")
}

func dialTo(address, header string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReader(conn), " HTTP/1.1\r\nHost: " + address + "\r\n" + header}, nil
}

// ask sends a request and reads its answer, which must be 200.
func (c *client) ask(method, path, body string) error {
	_, err := c.fetch(method, path, "", body)
	return err
}

// fetch is ask with a header line of this request, and returns the answer's body.
func (c *client) fetch(method, path, header, body string) ([]byte, error) {
	if _, err := fmt.Fprintf(c.conn, "%s %s%s%sContent-Length: %d\r\n\r\n%s", method, path, c.head, header, len(body), body); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s", method, path, answer.Status)
	}
	return text, err
}

// fill keeps a worker's share of the notes.
func (p plan) fill(s *stack, worker int) error {
	c, err := s.dial()
	if err != nil {
		return err
	}
	defer c.conn.Close()
	for i := worker; i < p.notes; i += p.connections {
		body := fmt.Sprintf(`{"noteid":"%s","note":"milk, bread, eggs and whatever else there is on the list of the day %d"}`, noteID(i), i)
		if err := c.ask("POST", "/notes", body); err != nil {
			return err
		}
	}
	return nil
}

// read asks for random notes until ctx ends. An answer that is not 200 is an
// error that counts, and its connection is opened anew.
func (p plan) read(ctx context.Context, s *stack, t *tally) error {
	for ctx.Err() == nil {
		c, err := s.dial()
		if err != nil {
			return err
		}
		for err == nil && ctx.Err() == nil {
			began := time.Now()
			err = c.ask("GET", "/notes/"+noteID(rand.IntN(p.notes)), "")
			t.add(time.Since(began), err)
		}
		c.conn.Close()
	}
	return nil
}

func noteID(i int) string { return fmt.Sprintf("note-%05d", i) }

// A tally is what all connections have been answered so far.
type tally struct {
	mu     sync.Mutex
	times  []time.Duration
	errors int
}

func (t *tally) add(took time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.errors++
		return
	}
	t.times = append(t.times, took)
}

func (t *tally) count() (answers, errors int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.times), t.errors
}

// summary is for when all connections are closed.
func (t *tally) summary(took time.Duration) string {
	slices.Sort(t.times)
	rank := func(percent int) time.Duration {
		if len(t.times) == 0 {
			return 0
		}
		return t.times[(len(t.times)-1)*percent/100].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("%.0f/s, %d errors, p50 %s, p99 %s", float64(len(t.times))/took.Seconds(), t.errors, rank(50), rank(99))
}
