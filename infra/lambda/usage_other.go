//go:build !linux

package lambda

import (
	"errors"
	"fmt"
)

// UsageOf needs clocks and files that only Linux has.
func UsageOf(int) (Usage, error) {
	return Usage{}, fmt.Errorf("lambda: measuring needs Linux: %w", errors.ErrUnsupported)
}
