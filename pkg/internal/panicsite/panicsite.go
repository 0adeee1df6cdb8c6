// Package panicsite tells where a panic was, for those who may not tell what it
// was: the text of one may hold a token or a note.
package panicsite

import (
	"runtime"
	"strconv"
	"strings"
)

// Name returns the function and line that panicked. It is for a deferred
// function that has just recovered. A whole stack would print arguments.
func Name() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	panicking := false
	for frame, more := frames.Next(); more; frame, more = frames.Next() {
		if frame.Function == "runtime.gopanic" {
			panicking = true
		} else if panicking && !strings.HasPrefix(frame.Function, "runtime.") {
			return frame.Function + ":" + strconv.Itoa(frame.Line)
		}
	}
	return "unknown"
}
