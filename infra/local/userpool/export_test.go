package userpool

import (
	"strings"

	bolt "go.etcd.io/bbolt"
)

// Damage puts what nobody can read in place of the bucket's values, except for
// keys that end in spared.
func (p *Pool) Damage(bucket, spared string) error {
	return p.db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		var keys [][]byte
		if err := b.ForEach(func(k, _ []byte) error {
			if spared == "" || !strings.HasSuffix(string(k), spared) {
				keys = append(keys, []byte(string(k)))
			}
			return nil
		}); err != nil {
			return err
		}
		for _, k := range keys { // a bucket must not be written while it is walked
			if err := b.Put(k, []byte("{")); err != nil {
				return err
			}
		}
		return nil
	})
}
