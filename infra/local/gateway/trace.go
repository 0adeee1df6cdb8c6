package gateway

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"time"
)

var traceForms = map[string]*regexp.Regexp{
	"Root":    regexp.MustCompile(`^1-[0-9a-f]{8}-[0-9a-f]{24}$`),
	"Parent":  regexp.MustCompile(`^[0-9a-f]{16}$`),
	"Sampled": regexp.MustCompile(`^[01]$`),
}

// newTrace is a request's name in X-Ray. As recorded of the service, it has the
// client's Root and Parent if the client sent some, and a new Parent otherwise; what
// is not of their form is replaced [I].
//
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func newTrace(sent string, now time.Time) string {
	fields := map[string]string{}
	for field := range strings.SplitSeq(sent, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if form := traceForms[name]; form != nil && form.MatchString(value) {
			fields[name] = value
		}
	}
	sampled := "0"
	if fields["Parent"] != "" {
		sampled = "1" // [E]
	}
	root := cmp.Or(fields["Root"], fmt.Sprintf("1-%08x-%.12x", now.Unix(), rand.Text()))
	parent := cmp.Or(fields["Parent"], fmt.Sprintf("%.8x", rand.Text()))
	return "Root=" + root + ";Parent=" + parent + ";Sampled=" + cmp.Or(fields["Sampled"], sampled)
}

// rootOf is a trace's Root: HTTP APIs pass on only that.
func rootOf(trace string) string {
	root, _, _ := strings.Cut(trace, ";")
	return root
}
