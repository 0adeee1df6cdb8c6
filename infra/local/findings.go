package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// printFindings lists what keeps a definition from being served, what has no
// effect here, and what is usually a mistake, one line each: FILE:LINE: name:
// what. A feature without effect is listed once, with its first place.
func printFindings(w io.Writer, findings []api.Finding) {
	for _, list := range []struct {
		head string
		of   func(api.Finding) bool
		once bool
	}{
		{"Refused:", api.Finding.Fatal, false},
		{"Without effect here:", func(f api.Finding) bool { return f.Ignored && !f.Advice }, true},
		{"Worth a look:", func(f api.Finding) bool { return f.Advice }, false},
	} {
		listed := only(findings, list.of)
		if len(listed) > 0 {
			fmt.Fprintln(w, list.head)
		}
		for i, f := range listed {
			line := describe(f)
			if list.once {
				same := func(other api.Finding) bool { return other.What == f.What }
				if slices.ContainsFunc(listed[:i], same) {
					continue
				}
				if n := len(only(listed, same)); n > 1 {
					line += fmt.Sprintf(" (and %d more)", n-1)
				}
			}
			fmt.Fprintln(w, line)
		}
	}
}

func describe(f api.Finding) string {
	line := fmt.Sprintf("%s:%d: ", f.File, max(f.Line, 1)) // of the file as a whole
	if f.Where != "" {
		line += f.Where + ": "
	}
	return line + f.What
}

// counted is the number with the word, in its plural if need be.
func counted(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func only(findings []api.Finding, of func(api.Finding) bool) []api.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f api.Finding) bool { return !of(f) })
}
