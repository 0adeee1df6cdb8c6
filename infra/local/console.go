package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
)

// newLog returns the log of this machine's user: lines for a person, or JSON
// for machines.
func newLog(w io.Writer, level slog.Level, asJSON bool, getenv func(string) string) *slog.Logger {
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(&console{w: w, mu: &sync.Mutex{}, level: level, paint: painterFor(w, getenv)})
}

// A console is a slog.Handler that writes for a person: the time of day, and
// then a request in columns or anything else as its text with key=value pairs.
type console struct {
	w     io.Writer
	mu    *sync.Mutex
	level slog.Level
	paint painter
	attrs []slog.Attr
}

var _ slog.Handler = (*console)(nil)

func (c *console) Enabled(_ context.Context, level slog.Level) bool { return level >= c.level }

func (c *console) Handle(ctx context.Context, r slog.Record) error {
	var line bytes.Buffer
	line.WriteString(r.Time.Format("15:04:05 "))
	if request, ok := requestOf(r); ok {
		line.WriteString(request.text(c.paint) + "\n")
	} else if err := c.other(ctx, &line, r); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.w.Write(line.Bytes())
	return err
}

// other writes the record as slog's own text, which escapes what needs it.
func (c *console) other(ctx context.Context, line *bytes.Buffer, r slog.Record) error {
	switch {
	case r.Level >= slog.LevelError:
		line.WriteString(c.paint(red, r.Level.String()) + " ")
	case r.Level >= slog.LevelWarn:
		line.WriteString(c.paint(yellow, r.Level.String()) + " ")
	}
	line.WriteString(r.Message)
	if len(c.attrs)+r.NumAttrs() == 0 {
		line.WriteByte('\n')
		return nil
	}
	line.WriteByte(' ')
	return slog.NewTextHandler(line, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: withoutHead}).WithAttrs(c.attrs).Handle(ctx, r)
}

func withoutHead(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey) {
		return slog.Attr{}
	}
	return a
}

func requestOf(r slog.Record) (line requestLine, ok bool) {
	r.Attrs(func(a slog.Attr) bool {
		line, ok = a.Value.Any().(requestLine)
		return !ok
	})
	return line, ok
}

func (c *console) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *c
	with.attrs = append(with.attrs[:len(with.attrs):len(with.attrs)], attrs...)
	return &with
}

// above returns the console without the records below the level.
func (c *console) above(level slog.Level) *console {
	above := *c
	above.level = max(c.level, level)
	return &above
}

// WithGroup keeps no groups: nothing here logs in any.
func (c *console) WithGroup(string) slog.Handler { return c }

// A colour is an ANSI code.
type colour string

const (
	green  colour = "32"
	yellow colour = "33"
	red    colour = "31"
	bold   colour = "1"
)

// A painter colours text, or leaves it as it is.
type painter func(c colour, text string) string

// painterFor colours on a terminal only, and not where NO_COLOR asks for none
// (https://no-color.org).
func painterFor(w io.Writer, getenv func(string) string) painter {
	if getenv("NO_COLOR") == "" && getenv("TERM") != "dumb" && isTerminal(w) {
		return coloured
	}
	return plain
}

// isTerminal treats every character device as a terminal.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func plain(_ colour, text string) string { return text }

func coloured(c colour, text string) string { return "\x1b[" + string(c) + "m" + text + "\x1b[0m" }
