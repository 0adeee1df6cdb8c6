package cognito

import (
	"slices"
	"strings"
)

// isRegion reports whether name is spelled as a Region is: eu-west-1,
// us-gov-east-1. Nothing else may become a part of a host name.
func isRegion(name string) bool {
	parts := strings.Split(name, "-")
	if len(parts) < 3 {
		return false
	}
	area, number := parts[0], parts[len(parts)-1]
	for _, part := range parts[:len(parts)-1] {
		if !consistsOf(part, "az") {
			return false
		}
	}
	return len(area) >= 2 && len(area) <= 4 && consistsOf(number, "09") && len(number) <= 2
}

// isUndocumented reports whether the Region is in a partition for which AWS
// documents no issuer: China, the European Sovereign Cloud, the isolated ones.
func isUndocumented(region string) bool {
	return slices.ContainsFunc([]string{"cn-", "eusc-", "us-iso", "eu-isoe-"}, func(prefix string) bool {
		return strings.HasPrefix(region, prefix)
	})
}

// isPoolID reports whether a pool's id can be these two with an underscore
// between them.
func isPoolID(region, name string) bool {
	return consistsOf(region, "az", "09", "--") && consistsOf(name, "az", "09", "AZ")
}

// consistsOf reports whether text is not empty and every byte of it lies in one
// of the ranges.
func consistsOf(text string, ranges ...string) bool {
	for i := range len(text) {
		if !slices.ContainsFunc(ranges, func(r string) bool { return r[0] <= text[i] && text[i] <= r[1] }) {
			return false
		}
	}
	return text != ""
}
