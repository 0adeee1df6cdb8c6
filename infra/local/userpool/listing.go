package userpool

import (
	"encoding/base64"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// A list is paged by the key after which the next page begins, which clients hold
// as an opaque token.

// The same input has other names in different operations.
type (
	limitInput struct {
		Limit     int
		NextToken string
	}
	maxResultsInput struct {
		MaxResults int
		NextToken  string
	}
)

// maxPage is Cognito's limit of nearly every list here.
const maxPage = 60

var errPaging = invalid("Invalid pagination token given.")

// pageOf returns which of the keys, in order, are on a page: at most limit of them,
// after the one that the token names, and the token of the next page, if any.
func pageOf(keys []string, token string, limit, most int) (page []string, next string, err error) {
	if limit < 0 || limit > most {
		return nil, "", malformed("limit", "have value less than or equal to %d", most)
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

// listOf returns one page of those of a bucket's records that match, in order of
// their keys and as they are answered.
func listOf[T, Answer any](p *Pool, bucket []byte, matches func(*T) bool, describe func(*T) Answer, token string, limit, most int) (list []Answer, next string, err error) {
	records, err := read(p, func(tx *bolt.Tx) (map[string]*T, error) { return all[T](tx, bucket) })
	if err != nil {
		return nil, "", err
	}
	maps.DeleteFunc(records, func(_ string, record *T) bool { return !matches(record) })
	keys, next, err := pageOf(slices.Sorted(maps.Keys(records)), token, limit, most)
	list = []Answer{} // not null
	for _, key := range keys {
		list = append(list, describe(records[key]))
	}
	return list, next, err
}

// every matches every record.
func every[T any](*T) bool { return true }
