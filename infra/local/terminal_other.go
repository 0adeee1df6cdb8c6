//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package main

import "io"

// watchKeys is not there for this system's terminals.
func watchKeys(io.Reader, io.Writer) (restore func(), ok bool) { return nil, false }
