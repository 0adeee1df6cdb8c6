package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// usageOf reads a running process. getrusage would not do: it counts CPU of a
// child only once that has ended, and its peak begins with the memory of the
// parent that the child was forked from.
func usageOf(pid int) (usage, error) {
	const schedulerClock = 2 // CPUCLOCK_SCHED: to the nanosecond
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|schedulerClock), &t); err != nil {
		return usage{}, fmt.Errorf("CPU clock: %w", err)
	}
	peak, err := peakOf(pid)
	return usage{cpu: time.Duration(t.Nano()), peak: peak}, err
}

// peakOf reads VmHWM, see proc_pid_status(5).
func peakOf(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	line, _, _ := bytes.Cut(after, []byte(" kB"))
	kilobytes, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("VmHWM: %w", err)
	}
	return kilobytes << 10, nil
}
