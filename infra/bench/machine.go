package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
)

// thisMachine is what the figures hold for: processor, cores, system, Go, Node
// and the load of the minute before.
func thisMachine() string {
	about := []string{
		strings.TrimSpace(find("/proc/cpuinfo", `model name\s*: (.*)`) + " " + runtime.GOARCH),
		fmt.Sprint(runtime.NumCPU(), " cores"),
		strings.TrimSpace(runtime.GOOS + " " + find("/proc/sys/kernel/osrelease", `^\S+`)),
		runtime.Version(),
	}
	if node, err := exec.Command("node", "--version").Output(); err == nil {
		about = append(about, "Node "+strings.TrimSpace(string(node)))
	}
	if load := find("/proc/loadavg", `^\S+`); load != "" {
		about = append(about, "load "+load)
	}
	return strings.Join(about, ", ")
}

// find returns the pattern's last group in a file, or nothing.
func find(file, pattern string) string {
	text, _ := os.ReadFile(file) // elsewhere than on Linux it is not there
	match := regexp.MustCompile(pattern).FindStringSubmatch(string(text))
	if match == nil {
		return ""
	}
	return match[len(match)-1]
}
