package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// worthwhile is from how many bytes on a file is compressed; below it, headers
// outweigh what is saved.
const worthwhile = 512

// A file is what is served under one name.
type file struct {
	name       string
	plain      []byte
	compressed []byte // by gzip; nil if that saves nothing
	tag        string // of the plain one, without quotes
}

// files returns all of the page by their names, compressed once.
func files(config []byte) (map[string]file, error) {
	all := map[string]file{"config.json": newFile("config.json", config)}
	err := fs.WalkDir(Files(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(Files(), name)
		all[name] = newFile(name, text)
		return err
	})
	return all, err
}

func newFile(name string, plain []byte) file {
	sum := sha256.Sum256(plain)
	f := file{name: name, plain: plain, tag: hex.EncodeToString(sum[:16])}
	if len(plain) < worthwhile {
		return f
	}
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a level that there is
	_, _ = w.Write(plain)                                 // a buffer takes everything
	_ = w.Close()
	if b.Len() < len(plain) {
		f.compressed = b.Bytes()
	}
	return f
}

// ServeHTTP lets browsers ask whether what they have is still good: embedded
// files bear no time of change. Each encoding has an entity tag of its own (RFC
// 9110, section 8.8.3).
func (f file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, content, tag := w.Header(), f.plain, f.tag
	if f.compressed != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Values("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			content, tag = f.compressed, f.tag+"-gzip"
		}
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(content))
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3). No header accepts
// anything, but who sends none is no browser and gets the plain file.
func acceptsGzip(values []string) bool {
	for _, coding := range strings.Split(strings.Join(values, ","), ",") {
		name, weight, weighted := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		_, q, _ := strings.Cut(weight, "=")
		quality, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighted || err == nil && quality > 0
	}
	return false
}
