package main

import (
	"archive/zip"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// zippedSize is the size in bytes of a zip archive of these files and folders.
func zippedSize(files []string) (int64, error) {
	var size counter
	w := zip.NewWriter(&size)
	for _, file := range files {
		err := filepath.WalkDir(file, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			into, err := w.Create(path)
			if err != nil {
				return err
			}
			_, err = into.Write(content)
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	err := w.Close()
	return int64(size), err
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// npmFolders returns the folders of packages and of all that they need, which
// is what people deploy who use no bundler.
func npmFolders(modules string, names []string) ([]string, error) {
	var folders []string
	for i := 0; i < len(names); i++ {
		folder := filepath.Join(modules, names[i])
		text, err := os.ReadFile(filepath.Join(folder, "package.json"))
		if err != nil {
			return nil, err
		}
		var about struct {
			Dependencies map[string]string `json:"dependencies"`
		}
		if err := json.Unmarshal(text, &about); err != nil {
			return nil, err
		}
		for needed := range about.Dependencies {
			if !slices.Contains(names, needed) {
				names = append(names, needed)
			}
		}
		folders = append(folders, folder)
	}
	return folders, nil
}
