package userpool

import "encoding/base64"

// A list is paged by the key after which the next page begins, which clients hold
// as an opaque token.

var errPaging = invalid("Invalid pagination token given.")

// page returns which of the keys, in order, are on a page: at most limit of them,
// after the one that the token names, and the token of the next page, if any.
func pageOf(keys []string, token string, limit, most int) (page []string, next string, err error) {
	if limit < 0 || limit > most {
		return nil, "", invalid("1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value less than or equal to %d", most)
	}
	if limit == 0 {
		limit = most
	}
	after, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return nil, "", errPaging
	}
	for i, key := range keys {
		switch {
		case key <= string(after):
		case len(page) == limit:
			return page, base64.RawURLEncoding.EncodeToString([]byte(keys[i-1])), nil
		default:
			page = append(page, key)
		}
	}
	return page, "", nil
}

// maxPage is Cognito's limit of every list here.
const maxPage = 60
