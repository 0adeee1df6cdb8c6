package main

import (
	"fmt"
	"io"
	"os/exec"
	"runtime"
)

// openPage opens the page in the user's browser, and says where it is.
func (s *system) openPage(out io.Writer) {
	if s.pageURL == "" {
		fmt.Fprintln(out, "there is no page: it has no login to send its users to (LOGIN_URL)")
		return
	}
	fmt.Fprintln(out, "page:", s.pageURL)
	args := append(opener(), s.pageURL)
	browser := exec.Command(args[0], args[1:]...) // it may outlive the stack
	if err := browser.Start(); err != nil {
		fmt.Fprintln(out, "no browser could be started; open the address yourself")
		return
	}
	go browser.Wait()
}

// opener is the command that opens an address in the browser that the user has
// chosen.
func opener() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return []string{"xdg-open"}
}
