package main

import (
	"archive/zip"
	"bytes"
	"os"
)

// zippedSize is the size in bytes of a zip archive of what is in these folders.
func zippedSize(folders []string) (int, error) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, folder := range folders {
		if err := w.AddFS(os.DirFS(folder)); err != nil {
			return 0, err
		}
	}
	err := w.Close()
	return archive.Len(), err
}
