//go:build !linux

package main

import (
	"errors"
	"fmt"
)

// usageOf needs clocks and files that only Linux has. So has Lambda.
func usageOf(int) (usage, error) {
	return usage{}, fmt.Errorf("measuring needs Linux: %w", errors.ErrUnsupported)
}
