package noteapi

import (
	"strings"
	"unicode"
)

// An HTTP API decodes the path, cuts it at a ? that comes of that, and decodes
// it again, as recordings show: DELETE /notes/report%3F reaches the function as
// report, and 100%2541 as 100A, of which each may be another of the caller's
// notes. What comes of + ; \ and of blanks at an end, no recording shows.
//
// https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/ingress-paths.json

// checkNameable refuses the id of a new note that a path of an HTTP API could
// not name again.
func checkNameable(id string) error {
	if strings.ContainsAny(id, `%+/;?\`) || strings.ContainsFunc(id, unicode.IsControl) || strings.TrimSpace(id) != id {
		return badRequest(`noteid must not hold % + / ; ? \ or control characters, nor begin or end with a blank: no path of this API could name it again`)
	}
	return nil
}

// checkPath demands that both ways in which an HTTP API says what was asked for
// say the same. The stage or the mapping of a domain may come before it.
func (r request) checkPath(path string) error {
	before, after, named := strings.Cut(r.path, "{noteid}")
	if named && !strings.HasSuffix(path, before+r.noteID+after) {
		return badRequest("The path must end in noteid, as API Gateway decodes it")
	}
	return nil
}
