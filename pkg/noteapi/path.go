package noteapi

import (
	"strings"
	"unicode"
)

// An HTTP API hands on its paths decoded, and captures show that it cuts them at
// an encoded question mark and decodes them twice: DELETE /notes/report%3F arrives
// as report, and 100%2541 as 100A, each of which may be another of the caller's
// notes. Whether the second decoding makes a blank of a plus, no capture shows. So
// an id that such a path may not bring back is refused when the note is created,
// and a path that does not hold the id whole is refused too.
//
// https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/ingress-paths.json
const unnamable = `behind this API noteid must not hold ? # / \ % + ; or control characters, nor begin or end with a blank`

// checkNamable returns a failure if the path of an HTTP API may not name the id.
func (r request) checkNamable(id string) error {
	if !r.decodedPath {
		return nil
	}
	if strings.TrimSpace(id) != id || strings.ContainsAny(id, `?#/\%+;`) || strings.ContainsFunc(id, unicode.IsControl) {
		return badRequest(unnamable)
	}
	return nil
}

// checkPath returns a failure unless the path of an HTTP API ends in the id that
// its path parameters have. A stage or a base path may stand before it.
func (r request) checkPath(path string) error {
	if !r.decodedPath || r.route.path != "/notes/{noteid}" {
		return nil
	}
	const notes = "/notes/"
	before, found := strings.CutSuffix(path, notes+r.noteID)
	if !found || strings.HasPrefix(before, notes) {
		return badRequest("The path must name the note as one encoded segment")
	}
	return nil
}
