package gateway

import (
	"net/url"
	"strings"
)

// escapePath escapes a decoded path, without its slashes.
func escapePath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return strings.Join(segments, "/")
}

// replacePath returns the URL with another path.
func replacePath(target, path string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	u.Path, u.RawPath = "/"+strings.TrimPrefix(path, "/"), ""
	return u.String()
}

func encode(query map[string][]string) string { return url.Values(query).Encode() }
