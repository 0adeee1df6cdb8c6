package main

import "time"

// usage is what a process has taken since it began.
type usage struct {
	cpu  time.Duration // user and system, of all its threads
	peak int64         // resident memory, in bytes
}
