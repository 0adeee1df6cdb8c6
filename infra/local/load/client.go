package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
)

// A client is one connection that asks one question after the other. It writes
// its requests itself: net/http's client would take more of the machine than the
// stack that is to be measured.
type client struct {
	conn    net.Conn
	answers *bufio.Reader
	head    string
}

func (s *stack) dial() (*client, error) {
	conn, err := net.Dial("tcp", s.api)
	if err != nil {
		return nil, err
	}
	head := " HTTP/1.1\r\nHost: " + s.api + "\r\nAuthorization: Bearer " + s.token + "\r\nContent-Type: application/json\r\n"
	return &client{conn, bufio.NewReader(conn), head}, nil
}

// ask sends a request and reads its answer, which must be 200.
func (c *client) ask(method, path, body string) error {
	if _, err := fmt.Fprintf(c.conn, "%s %s%sContent-Length: %d\r\n\r\n%s", method, path, c.head, len(body), body); err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, answer.Status)
	}
	return nil
}

func (c *client) close() {
	if c != nil {
		c.conn.Close()
	}
}
