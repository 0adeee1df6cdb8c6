package boltfile

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// The kinds of a page.
const (
	branchPage   = 0x01
	leafPage     = 0x02
	metaPage     = 0x04
	freelistPage = 0x10
)

// A reader reads the one state of a bbolt file that bbolt would open.
type reader struct {
	file  io.ReaderAt
	size  int64
	visit Visit
	page  int64  // bytes in a page
	used  []bool // of every page, whether something refers to it
}

// read demands that every page is referred to once, from the meta page down or
// from the list of free pages, and that each is as bbolt writes it. So it ends,
// and takes no memory except for one page at each level of the tree.
func (r *reader) read() error {
	state, err := r.readMeta()
	if err != nil {
		return err
	}
	if state.Pages > uint64(r.size/r.page) {
		return fmt.Errorf("cut off after %d of %d pages", r.size/r.page, state.Pages)
	}
	r.used = make([]bool, state.Pages)
	r.used[0], r.used[1] = true, true
	if err := r.readFreelist(state.Freelist); err != nil {
		return err
	}
	if _, err := r.readTree(state.Root, nil, nil, r.readBucket); err != nil {
		return err
	}
	for id, used := range r.used {
		if !used {
			return wrong(uint64(id), "lost")
		}
	}
	return nil
}

// readMeta returns the newer meta page. Both must be good, although bbolt can do
// with one: a change that was acknowledged may be in the other.
func (r *reader) readMeta() (newest meta, err error) {
	for id := range int64(2) {
		page := make([]byte, headerSize+metaSize)
		if _, err := r.file.ReadAt(page, id*r.page); err != nil {
			return meta{}, wrong(uint64(id), "cut off")
		}
		h, m := decode[header](page), decode[meta](page[headerSize:])
		sum := fnv.New64a()
		sum.Write(page[headerSize : headerSize+metaSize-8])
		if h.ID != uint64(id) || h.Kind != metaPage || m.Magic != magic || m.Version != version || m.Sum != sum.Sum64() {
			return meta{}, wrong(uint64(id), "no meta page")
		}
		if r.page = int64(m.PageSize); r.page < headerSize+metaSize {
			return meta{}, wrong(uint64(id), "no page size")
		}
		if m.TX >= newest.TX {
			newest = m
		}
	}
	if newest.Pages < 2 {
		return meta{}, errors.New("no pages")
	}
	return newest, nil
}

func (r *reader) readFreelist(id uint64) error {
	page, h, err := r.load(id)
	if err != nil {
		return err
	}
	count, ids := uint64(h.Count), page[headerSize:]
	if count == 0xffff { // the count is the first of the ids
		count, ids = u64(ids), ids[8:]
	}
	if h.Kind != freelistPage || count > uint64(len(ids)/8) {
		return wrong(id, "no list of free pages")
	}
	for i := range count {
		if err := r.use(u64(ids[8*i:]), 1); err != nil {
			return err
		}
	}
	return nil
}

// An eachFunc is called with the entries of the leaves, and where they are.
type eachFunc func(page uint64, e entry) error

// readTree reads the pages from that one on. Their keys must be from least on
// and greater than last; readTree returns the greatest of them. Only the root of
// all, for which least is nil, may be without entries, and then without a rest.
func (r *reader) readTree(id uint64, least, last []byte, each eachFunc) ([]byte, error) {
	page, h, err := r.load(id)
	if err != nil {
		return nil, err
	}
	entries, _, err := parseEntries(page)
	if err != nil || len(entries) == 0 && (least != nil || h.Kind == branchPage || len(bytes.Trim(page[headerSize:], "\x00")) > 0) {
		return nil, wrong(id, "without its entries")
	}
	if len(entries) > 0 && bytes.Compare(entries[0].key, least) < 0 {
		return nil, wrong(id, "out of order")
	}
	return r.readEntries(id, entries, h.Kind == branchPage, last, each)
}

func (r *reader) readEntries(id uint64, entries []entry, branch bool, last []byte, each eachFunc) (_ []byte, err error) {
	for _, e := range entries {
		if bytes.Compare(e.key, last) <= 0 {
			return nil, wrong(id, "out of order")
		}
		if branch {
			last, err = r.readTree(e.child, e.key, last, each)
		} else {
			last, err = e.key, each(id, e)
		}
		if err != nil {
			return nil, err
		}
	}
	return last, nil
}

// readBucket reads an entry of the root, which holds only buckets: each is a
// tree of its own or, if it is small, lies in the entry.
func (r *reader) readBucket(id uint64, bucket entry) error {
	if bucket.flags != 1 || len(bucket.value) < bucketSize {
		return wrong(id, "no bucket")
	}
	each := func(id uint64, e entry) error {
		if e.flags != 0 {
			return wrong(id, "a bucket in a bucket")
		}
		if err := r.visit(string(bucket.key), e.key, e.value); err != nil {
			return fmt.Errorf("page %d: %w", id, err)
		}
		return nil
	}
	root, inline := u64(bucket.value), bucket.value[bucketSize:]
	if root != 0 {
		_, err := r.readTree(root, []byte{}, nil, each)
		return err
	}
	entries, end, err := parseEntries(inline)
	if err != nil || end != len(inline) || decode[header](inline).Kind != leafPage {
		return wrong(id, "no bucket")
	}
	_, err = r.readEntries(id, entries, false, nil, each)
	return err
}

// maxPage is how many bytes a page may have, with those that it overflows to.
const maxPage = 16 << 20

// load returns a page with all that it overflows to.
func (r *reader) load(id uint64) ([]byte, header, error) {
	page := make([]byte, headerSize)
	if id >= uint64(len(r.used)) {
		return nil, header{}, wrong(id, "out of range")
	}
	if _, err := r.file.ReadAt(page, int64(id)*r.page); err != nil {
		return nil, header{}, err
	}
	h := decode[header](page)
	if h.ID != id {
		return nil, header{}, wrong(id, "another one")
	}
	count := 1 + uint64(h.Overflow)
	if count > uint64(maxPage/r.page) {
		return nil, header{}, wrong(id, "too long")
	}
	if err := r.use(id, count); err != nil {
		return nil, header{}, err
	}
	page = make([]byte, int64(count)*r.page)
	_, err := r.file.ReadAt(page, int64(id)*r.page)
	return page, h, err
}

// use notes that something refers to these pages, which must be the first.
func (r *reader) use(id, count uint64) error {
	for ; count > 0; id, count = id+1, count-1 {
		if id >= uint64(len(r.used)) {
			return wrong(id, "out of range")
		}
		if r.used[id] {
			return wrong(id, "used twice")
		}
		r.used[id] = true
	}
	return nil
}

func wrong(id uint64, what string) error { return fmt.Errorf("page %d is %s", id, what) }
