package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"testing"

	"github.com/notegate/notegate/infra/web"
)

func body(t *testing.T, resp *http.Response) []byte {
	t.Helper()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Who accepts gzip gets it, all others what is in the folder.
func TestCompression(t *testing.T) {
	t.Parallel()
	plain, err := fs.ReadFile(web.Files(), "main.js")
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{
		"gzip": "gzip", "gzip, deflate, br, zstd": "gzip", "deflate, GZIP;q=0.5": "gzip", "br;q=1.0 , gzip ; q=1": "gzip",
		"identity": "", "br": "", "gzip;q=0": "", "gzip;q=0.000, br": "", "gzip;q=x": "", "gzip;": "", "xgzip": "", "": "",
	} {
		got := get(t, "/main.js", "Accept-Encoding", accept)
		text := body(t, got)
		if encoding := got.Header.Get("Content-Encoding"); encoding != want || got.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: got encoding %q and Vary %q, want %q and Accept-Encoding", accept, encoding, got.Header.Get("Vary"), want)
			continue
		}
		if kind := got.Header.Get("Content-Type"); kind != "text/javascript; charset=utf-8" {
			t.Errorf("%q: got %s", accept, kind)
		}
		if want == "gzip" {
			r, err := gzip.NewReader(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if text, err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(text, plain) {
			t.Errorf("%q: the file is another one", accept)
		}
	}
}

// A file that is still good is not sent again, in either encoding, and one in
// another encoding is another file.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	tags := map[string]string{}
	for _, accept := range []string{"", "gzip"} {
		tags[accept] = get(t, "/main.js", "Accept-Encoding", accept).Header.Get("ETag")
	}
	if tags[""] == "" || tags[""] == tags["gzip"] {
		t.Fatalf("got the tags %v, want two", tags)
	}
	for accept, tag := range tags {
		for had, want := range map[string]int{tag: 304, `"x"`: 200, tags[map[string]string{"": "gzip", "gzip": ""}[accept]]: 200} {
			if got := get(t, "/main.js", "Accept-Encoding", accept, "If-None-Match", had).StatusCode; got != want {
				t.Errorf("%q with %s: got %d, want %d", accept, had, got, want)
			}
		}
	}
}

// What a browser loads before it shows anything, as it comes over the line.
func TestWeight(t *testing.T) {
	t.Parallel()
	page, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	err = fs.WalkDir(web.Files(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		path := "/" + name
		if name == "index.html" {
			path = "/"
		}
		r, w := httptest.NewRequest("GET", path, nil), httptest.NewRecorder()
		r.Header.Set("Accept-Encoding", "gzip")
		page.ServeHTTP(w, r)
		total += w.Body.Len()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if total > 24<<10 || total < 5_000 {
		t.Errorf("compressed, the page weighs %d bytes, want at most %d", total, 24<<10)
	}
}

// A browser learns of every module from the first file, not from the one before
// it, and what the page needs beside them is under way by then, too.
func TestEverythingIsAskedForAtOnce(t *testing.T) {
	t.Parallel()
	index, err := fs.ReadFile(web.Files(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(web.Files(), ".", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) != ".js" {
			return err
		}
		text, err := fs.ReadFile(web.Files(), name)
		for _, imported := range regexp.MustCompile(`(?m)^import .* from "\./(.+)";$`).FindAllSubmatch(text, -1) {
			if link := `<link rel="modulepreload" href="` + string(imported[1]) + `">`; !bytes.Contains(index, []byte(link)) {
				t.Errorf("index.html lacks %s, which %s imports", link, name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{`<link rel="preload" href="config.json" as="fetch" crossorigin>`, `<script src="first.js"></script>`} {
		if !bytes.Contains(index, []byte(link)) {
			t.Errorf("index.html lacks %s", link)
		}
	}
	for _, link := range regexp.MustCompile(`(?:href|src)="([\w.]+)"`).FindAllSubmatch(index, -1) {
		if _, err := fs.Stat(web.Files(), string(link[1])); err != nil && string(link[1]) != "config.json" {
			t.Errorf("index.html names %s, which is not there", link[1])
		}
	}
}
