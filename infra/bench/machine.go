package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// A machine is what the figures hold for.
type machine struct {
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	OS    string `json:"os"`
	Go    string `json:"go"`
	Node  string `json:"node,omitempty"`
	Load  string `json:"load"` // of the last minute, before the run
}

func thisMachine() machine {
	m := machine{CPU: runtime.GOARCH, Cores: runtime.NumCPU(), OS: runtime.GOOS, Go: runtime.Version()}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, after, found := strings.Cut(string(text), "model name"); found {
			line, _, _ := strings.Cut(after, "\n")
			m.CPU = strings.TrimSpace(strings.TrimLeft(line, "\t :")) + ", " + runtime.GOARCH
		}
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.OS += " " + strings.TrimSpace(string(text))
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load, _, _ = strings.Cut(string(text), " ")
	}
	if text, err := exec.Command("node", "--version").Output(); err == nil {
		m.Node = strings.TrimSpace(string(text))
	}
	return m
}

func (m machine) String() string {
	s := fmt.Sprintf("%s, %d cores, %s, %s", m.CPU, m.Cores, m.OS, m.Go)
	if m.Node != "" {
		s += ", Node " + m.Node
	}
	return s + ", load " + m.Load
}
