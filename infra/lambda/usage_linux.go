package lambda

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// UsageOf reads a running process, which may be this one. getrusage would not
// do: it counts CPU of a child only once that has ended, and its peak begins
// with the memory of the parent that the child was forked from.
func UsageOf(pid int) (Usage, error) {
	const schedulerClock = 2 // CPUCLOCK_SCHED: to the nanosecond
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|schedulerClock), &t); err != nil {
		return Usage{}, fmt.Errorf("lambda: CPU clock of process %d: %w", pid, err)
	}
	peak, err := peakMemory(pid)
	return Usage{CPU: time.Duration(t.Nano()), PeakMemory: peak}, err
}

// peakMemory reads VmHWM, see proc_pid_status(5).
func peakMemory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("lambda: %w", err)
	}
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	line, _, _ := bytes.Cut(after, []byte(" kB"))
	kilobytes, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("lambda: VmHWM: %w", err)
	}
	return kilobytes << 10, nil
}
