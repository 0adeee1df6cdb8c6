package lambda

import (
	"bufio"
	"bytes"
	"os"
	"strings"
	"time"
	"unicode"
)

// maxLine is where a longer line is broken, so that a function that writes
// without end fills no memory.
const maxLine = 16 << 10

// lines passes on what a process writes, line by line.
type lines struct {
	w    *os.File // for the process
	r    *os.File
	done chan struct{}
}

func newLines(log func(line string)) (*lines, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	l := &lines{w: w, r: r, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		in := bufio.NewScanner(r)
		in.Buffer(make([]byte, 0, 4<<10), maxLine+1)
		in.Split(scanLine)
		for in.Scan() {
			if line := printable(in.Text()); line != "" {
				log(line)
			}
		}
	}()
	return l, nil
}

// started gives up this process's own end for writing.
func (l *lines) started() { l.w.Close() }

// close waits for what the process has written. A process that left its group may
// hold the pipe open for longer: its output is then ignored.
func (l *lines) close() {
	l.r.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	<-l.done
	l.r.Close()
}

// scanLine ends a line at \n and at \r, by which runtimes keep several lines of
// one message together, and breaks long ones.
func scanLine(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if end := bytes.IndexAny(data, "\r\n"); end >= 0 {
		return end + 1, data[:end], nil
	}
	if len(data) >= maxLine || atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

// printable leaves out what could move a terminal's cursor.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(line, "\uFFFD"))
}
