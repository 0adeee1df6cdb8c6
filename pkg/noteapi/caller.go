package noteapi

import (
	"errors"
	"strings"

	"github.com/notegate/notegate/pkg/caller"
	"github.com/notegate/notegate/pkg/note"
)

// errBadCaller is answered by 401, like the refusals of package caller.
var errBadCaller = errors.New("noteapi: caller: not a sub")

// owner returns whose notes the request is about. Behind IAM, where no token
// expires, that is a user of the configured pool only: another pool's users may
// have the same name for somebody else, and without a configured pool nobody is
// let in.
func (h *Handler) owner(event []byte) (note.Owner, error) {
	c, err := caller.FromEvent(event, h.cfg.Now())
	if err != nil {
		return note.Owner{}, err
	}
	region, _, _ := strings.Cut(h.cfg.UserPoolID, "_")
	if c.Expires.IsZero() && c.Issuer != "https://cognito-idp."+region+".amazonaws.com/"+h.cfg.UserPoolID {
		return note.Owner{}, errBadCaller
	}
	return note.ParseOwner(c.Subject)
}
