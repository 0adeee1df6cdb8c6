//go:build unix

package lambda

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the command into a process group of its own: the terminal's
// Ctrl-C is for this process to pass on, and what the command starts ends with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends every process of the command's group. It fails if none is left,
// which is harmless.
func killGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
