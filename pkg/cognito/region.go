package cognito

import (
	"regexp"
	"slices"
	"strings"
)

// How a pool's id and a Region's name are spelled. Nothing else may become a part
// of a host name.
var (
	poolIDForm = regexp.MustCompile(`^[a-z0-9-]+_[a-zA-Z0-9]+$`)
	regionForm = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`) // eu-west-1, us-gov-east-1
)

// isUndocumented reports whether the Region is in a partition for which AWS
// documents no issuer: China, the European Sovereign Cloud, the isolated ones.
func isUndocumented(region string) bool {
	return slices.ContainsFunc([]string{"cn-", "eusc-", "us-iso", "eu-isoe-"}, func(prefix string) bool {
		return strings.HasPrefix(region, prefix)
	})
}
