package boltfile_test

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/note/bolt/boltfile"
)

// A layout is where things are in a healthy file.
type layout struct {
	file                      []byte
	newest                    int // meta page
	root, free, branch, leaf2 int // pages; leaf2 is the branch's second
}

// Where things are in a page, after its id and kind.
const (
	countAt, overflowAt, firstAt       = 10, 12, 16
	magicAt, pageSizeAt, flagsAt       = 16, 16 + 8, 16 + 12
	rootAt, freelistAt, pagesAt, sumAt = 16 + 16, 16 + 32, 16 + 40, 16 + 56
)

func layoutOf(whole []byte) layout {
	l := layout{file: bytes.Clone(whole)}
	if l.u64(pageSize+16+48) > l.u64(16+48) {
		l.newest = pageSize
	}
	l.root, l.free = l.u64(l.newest+rootAt)*pageSize, l.u64(l.newest+freelistAt)*pageSize
	l.branch = l.u64(l.value("pages")) * pageSize
	l.leaf2 = l.u64(l.branch+firstAt+16+8) * pageSize
	return l
}

func (l layout) u64(at int) int          { return int(binary.NativeEndian.Uint64(l.file[at:])) }
func (l layout) put64(at int, n uint64)  { binary.NativeEndian.PutUint64(l.file[at:], n) }
func (l layout) put32(at int, n uint32)  { binary.NativeEndian.PutUint32(l.file[at:], n) }
func (l layout) put16(at int, n uint16)  { binary.NativeEndian.PutUint16(l.file[at:], n) }
func (l layout) move(to, from, size int) { copy(l.file[to:to+size], l.file[from:]) }

// value is where the value of that bucket begins.
func (l layout) value(bucket string) int {
	return l.root + bytes.Index(l.file[l.root:l.root+pageSize], []byte(bucket)) + len(bucket)
}

// summed changes both meta pages, and makes their sums fit.
func summed(change func(l layout, meta int)) func(layout) {
	return func(l layout) {
		for _, meta := range []int{0, pageSize} {
			change(l, meta)
			sum := fnv.New64a()
			sum.Write(l.file[meta+magicAt : meta+sumAt])
			l.put64(meta+sumAt, sum.Sum64())
		}
	}
}

// TestMadeUp has one row for each rule of the format, with the numbers that would
// hurt most; all are refused, and for that reason.
func TestMadeUp(t *testing.T) {
	t.Parallel()
	whole := healthy(t)
	for name, c := range map[string]struct {
		change func(layout)
		reason string
	}{
		"newest meta page, no sum":   {func(l layout) { l.file[l.newest+flagsAt]++ }, "no meta page"},
		"older meta page, no sum":    {func(l layout) { l.file[pageSize-l.newest+flagsAt]++ }, "no meta page"},
		"meta page, another's id":    {func(l layout) { l.file[l.newest]++ }, "no meta page"},
		"meta page, another kind":    {func(l layout) { l.file[l.newest+8] = 2 }, "no meta page"},
		"one meta page of another":   {summed(func(l layout, m int) { l.put32(m+magicAt, uint32(l.u64(m+magicAt))^uint32(m)) }), "no meta page"},
		"one meta page of version 3": {summed(func(l layout, m int) { l.put32(m+magicAt+4, 2+uint32(m/pageSize)) }), "no meta page"},
		"pages without end":          {summed(func(l layout, m int) { l.put64(m+pagesAt, 1<<62) }), " of 4611686018427387904 pages"},
		"one page":                   {summed(func(l layout, m int) { l.put64(m+pagesAt, 1) }), "no pages"},
		"page size 0":                {summed(func(l layout, m int) { l.put32(m+pageSizeAt, 0) }), "no page size"},
		"page size of 2 GB":          {summed(func(l layout, m int) { l.put32(m+pageSizeAt, 1<<31) }), "file size too small"},
		"page size of half":          {summed(func(l layout, m int) { l.put32(m+pageSizeAt, pageSize/2) }), "no meta page"},
		"root a meta page":           {summed(func(l layout, m int) { l.put64(m+rootAt, 1) }), "used twice"},
		"root the free pages":        {summed(func(l layout, m int) { l.move(m+rootAt, m+freelistAt, 8) }), "used twice"},
		"root beyond the file":       {summed(func(l layout, m int) { l.put64(m+rootAt, 1<<40) }), "out of range"},
		"no list of free pages":      {summed(func(l layout, m int) { l.put64(m+freelistAt, 1<<64-1) }), "out of range"},
		"free pages the root":        {summed(func(l layout, m int) { l.move(m+freelistAt, m+rootAt, 8) }), "no list of free pages"},
		"free pages without end":     {func(l layout) { l.put16(l.free+countAt, 0xffff); l.put64(l.free+firstAt, 1<<40) }, "no list of free pages"},
		"free pages beyond int":      {func(l layout) { l.put16(l.free+countAt, 0xffff); l.put64(l.free+firstAt, 1<<63) }, "no list of free pages"},
		"one more free page":         {func(l layout) { l.file[l.free+countAt]++ }, "used twice"},
		"one free page fewer":        {func(l layout) { l.file[l.free+countAt]-- }, "lost"},
		"a meta page free":           {func(l layout) { l.put64(l.free+firstAt, 1) }, "used twice"},
		"a page free twice":          {func(l layout) { l.move(l.free+firstAt, l.free+firstAt+8, 8) }, "used twice"},
		"a page free and in use":     {func(l layout) { l.put64(l.free+firstAt, uint64(l.branch/pageSize)) }, "used twice"},
		"a free page beyond":         {func(l layout) { l.put64(l.free+firstAt, 1<<40) }, "out of range"},
		"a page of another's id":     {func(l layout) { l.file[l.leaf2]++ }, "another one"},
		"a page overflows to next":   {func(l layout) { l.put32(l.branch+overflowAt, 1) }, "used twice"},
		"a page overflows to all":    {func(l layout) { l.put32(l.branch+overflowAt, 1<<32-1) }, "too long"},
		"entries without end":        {func(l layout) { l.put16(l.leaf2+countAt, 0xffff) }, "without its entries"},
		"an entry fewer":             {func(l layout) { l.file[l.leaf2+countAt]-- }, "without its entries"},
		"no entry in a leaf":         {func(l layout) { l.put16(l.leaf2+countAt, 0) }, "without its entries"},
		"no entry in a branch":       {func(l layout) { l.put16(l.branch+countAt, 0) }, "without its entries"},
		"no entry in a bucket":       {func(l layout) { l.put16(l.u64(l.value("large"))*pageSize+countAt, 0) }, "without its entries"},
		"no entry in the root":       {func(l layout) { l.put16(l.root+countAt, 0) }, "without its entries"},
		"an empty leaf":              {func(l layout) { l.empty(l.leaf2, 2) }, "without its entries"},
		"an empty branch":            {func(l layout) { l.empty(l.root, 1) }, "without its entries"},
		"an empty page of no kind":   {func(l layout) { l.empty(l.root, 0x10) }, "without its entries"},
		"entries all beyond": {func(l layout) {
			l.put16(l.leaf2+countAt, 0xffff)
			l.put32(l.leaf2+firstAt+4, 0xffff*16)
		}, "without its entries"},
		"a branch for a leaf":      {func(l layout) { l.put16(l.leaf2+8, 1) }, "without its entries"},
		"a key without end":        {func(l layout) { l.put32(l.leaf2+firstAt+8, 1<<32-1) }, "without its entries"},
		"a value without end":      {func(l layout) { l.put32(l.leaf2+firstAt+12, 1<<32-1) }, "without its entries"},
		"an entry before its page": {func(l layout) { l.put32(l.leaf2+firstAt+4, 1<<32-16) }, "without its entries"},
		"an empty key": {func(l layout) {
			l.file[l.leaf2+firstAt+12] += l.file[l.leaf2+firstAt+8]
			l.file[l.leaf2+firstAt+8] = 0
		}, "out of order"},
		"a key twice":                {func(l layout) { l.key(l.leaf2, 1)[3] = l.key(l.leaf2, 0)[3] }, "out of order"},
		"a key below the branch's":   {func(l layout) { l.key(l.branch, 1)[3]++ }, "out of order"},
		"a branch's below the last":  {func(l layout) { l.key(l.branch, 1)[1] = 0 }, "out of order"},
		"a child that is its parent": {func(l layout) { l.put64(l.branch+firstAt+8, uint64(l.branch/pageSize)) }, "used twice"},
		"a child of two":             {func(l layout) { l.move(l.branch+firstAt+8, l.branch+firstAt+16+8, 8) }, "out of order"},
		"a value among the buckets":  {func(l layout) { l.put32(l.root+firstAt, 0) }, "no bucket"},
		"a bucket of another kind":   {func(l layout) { l.put16(l.value("empty")+16+8, 1) }, "no bucket"},
		"a bucket cut short": {func(l layout) { // the third, whose name gets its first byte
			l.file[l.root+firstAt+2*16+8]++
			l.file[l.root+firstAt+2*16+12]--
		}, "no bucket"},
		"a bucket an entry fewer":    {func(l layout) { l.file[l.value("inline")+16+countAt]-- }, "no bucket"},
		"a bucket without entries":   {func(l layout) { l.put16(l.value("inline")+16+countAt, 0) }, "no bucket"},
		"a bucket of two keys alike": {func(l layout) { l.inlineKey(1)[3] = l.inlineKey(0)[3] }, "out of order"},
		"a bucket of values alone":   {func(l layout) { l.put32(l.value("inline")+16+firstAt, 1) }, "a bucket in a bucket"},
	} {
		path, l := filepath.Join(t.TempDir(), "a.db"), layoutOf(whole)
		c.change(l)
		if err := os.WriteFile(path, l.file, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := boltfile.Open(path, anything)
		wantRefusal(t, name, path, err, unreadable, l.file)
		if db != nil {
			db.Close()
		} else if !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
}

// empty leaves of a page what a page without entries has.
func (l layout) empty(page int, kind uint16) {
	clear(l.file[page+countAt : page+pageSize])
	l.put16(page+8, kind)
}

// key is the key of an entry, of a leaf or a branch.
func (l layout) key(page, i int) []byte {
	at, position := page+firstAt+16*i, 0
	if l.file[page+8] == 2 {
		position = 4
	}
	return l.file[at+int(binary.NativeEndian.Uint32(l.file[at+position:])):][:4]
}

func (l layout) inlineKey(i int) []byte { return l.key(l.value("inline")+16, i) }
