package boltfile

import (
	"encoding/binary"
	"errors"
)

// The layout of a file, in the byte order of the machine, as bbolt's package
// internal/common has it. It is the same since the first release of Bolt.
const (
	magic      = 0xED0CDAED
	version    = 2
	headerSize = 16
	metaSize   = 64
	entrySize  = 16 // leaf: flags 4, position 4, key 4, value 4; branch: position 4, key 4, child 8
	bucketSize = 16 // root 8, sequence 8
)

type header struct {
	ID          uint64
	Kind, Count uint16
	Overflow    uint32 // further pages
}

type meta struct {
	Magic, Version, PageSize, Flags     uint32
	Root, Sequence, Freelist, Pages, TX uint64
	Sum                                 uint64 // of all before it
}

// decode reads a header or a meta of b, which is long enough.
func decode[T header | meta](b []byte) (v T) {
	binary.Decode(b, binary.NativeEndian, &v)
	return v
}

func u32(b []byte) uint32 { return binary.NativeEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.NativeEndian.Uint64(b) }

// An entry is a key with a value, in a leaf, or with a child that holds the keys
// from it on.
type entry struct {
	flags      uint32
	child      uint64
	key, value []byte
}

var errEntries = errors.New("no entries")

// parseEntries returns the entries of a leaf or branch page, and where they end.
// bbolt writes keys and values one after the other and without a gap, so that a
// wrong number shows.
func parseEntries(page []byte) (entries []entry, end int, err error) {
	h := decode[header](page) // of no kind, if the page is shorter
	end = headerSize + int(h.Count)*entrySize
	if h.Kind != leafPage && h.Kind != branchPage || end > len(page) {
		return nil, 0, errEntries
	}
	for at := headerSize; len(entries) < int(h.Count); at += entrySize {
		var e entry
		var value uint64
		fields := page[at:]
		if h.Kind == leafPage {
			e.flags, value, fields = u32(fields), uint64(u32(fields[12:])), fields[4:]
		} else {
			e.child = u64(fields[8:])
		}
		position, key := uint64(u32(fields)), uint64(u32(fields[4:]))
		if position != uint64(end-at) || key+value > uint64(len(page)-end) {
			return nil, 0, errEntries
		}
		e.key = page[end : end+int(key)]
		end += int(key)
		e.value = page[end : end+int(value)]
		end += int(value)
		entries = append(entries, e)
	}
	return entries, end, nil
}
