//go:build linux || darwin || freebsd || netbsd || openbsd

package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// watchKeys makes the terminal hand over each key at once and show none of them,
// if in and out are a terminal that this process has in the foreground. In the
// background, changing it would stop the process. Signals of the keyboard, such
// as Ctrl-C, work as before.
func watchKeys(in io.Reader, out io.Writer) (restore func(), ok bool) {
	keyboard, isFile := in.(*os.File)
	if !isFile || !isTerminal(out) {
		return nil, false
	}
	fd := int(keyboard.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, false
	}
	if group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP); err != nil || group != unix.Getpgrp() {
		return nil, false
	}
	now := *before
	now.Lflag &^= unix.ICANON | unix.ECHO
	now.Cc[unix.VMIN], now.Cc[unix.VTIME] = 1, 0
	if unix.IoctlSetTermios(fd, setTermios, &now) != nil {
		return nil, false
	}
	return func() { _ = unix.IoctlSetTermios(fd, setTermios, before) }, true
}
