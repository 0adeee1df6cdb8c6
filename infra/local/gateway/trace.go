package gateway

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"time"
)

var (
	traceRoot   = regexp.MustCompile(`^1-[0-9a-f]{8}-[0-9a-f]{24}$`)
	traceParent = regexp.MustCompile(`^[0-9a-f]{16}$`)
)

// newTrace is a request's name in X-Ray. As recorded of the service, it has the
// client's Root and Parent if the client sent some, and a new Parent otherwise; what
// is not of their form is replaced [I].
//
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func newTrace(sent string, now time.Time) string {
	var root, parent, sampled string
	for field := range strings.SplitSeq(sent, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch {
		case name == "Root" && traceRoot.MatchString(value):
			root = value
		case name == "Parent" && traceParent.MatchString(value):
			parent = value
		case name == "Sampled" && (value == "0" || value == "1"):
			sampled = value
		}
	}
	if sampled == "" && parent != "" {
		sampled = "1" // [E]
	}
	root = cmp.Or(root, fmt.Sprintf("1-%08x-%.12x", now.Unix(), rand.Text()))
	parent = cmp.Or(parent, fmt.Sprintf("%.8x", rand.Text()))
	return "Root=" + root + ";Parent=" + parent + ";Sampled=" + cmp.Or(sampled, "0")
}

// rootOf is a trace's Root: HTTP APIs pass on only that.
func rootOf(trace string) string {
	root, _, _ := strings.Cut(trace, ";")
	return root
}
