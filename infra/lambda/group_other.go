//go:build !unix

package lambda

import "os/exec"

// ownGroup does nothing where there are no process groups.
func ownGroup(*exec.Cmd) {}

// killGroup ends the command's process. It fails if the process has already
// ended, which is harmless.
func killGroup(cmd *exec.Cmd) { cmd.Process.Kill() }
