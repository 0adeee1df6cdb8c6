package main

import (
	"archive/zip"
	"compress/flate"
	"io"
	"os"
	"path/filepath"
	"time"
)

// zipFiles writes a Lambda deployment package: the files in a zip archive, each
// under its base name, with nothing in it that differs between two builds of
// the same source.
func zipFiles(archive string, files []string) error {
	out, err := os.Create(archive)
	if err != nil {
		return err
	}
	defer out.Close()
	w := zip.NewWriter(out)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, file := range files {
		if err := add(w, file); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Close()
}

// earliest is the first moment that a zip archive can express.
var earliest = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func add(w *zip.Writer, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	header := &zip.FileHeader{Name: filepath.Base(file), Method: zip.Deflate, Modified: earliest}
	header.SetMode(0o755) // Lambda starts bootstrap as another user than the one who packed it
	entry, err := w.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, in)
	return err
}
