package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/sam"
)

// layerFolders are where the function's layers are, as sam build has put them and
// as they are in the source.
func (f *functionFinder) layerFolders(declared *sam.Function) (folders []string) {
	for _, layer := range declared.Layers {
		for _, folder := range []string{filepath.Join(f.folder, ".aws-sam", "build", layer.ID), filepath.Join(f.folder, layer.Folder)} {
			folder, err := filepath.Abs(folder)
			if err != nil {
				continue
			}
			if _, err := os.Stat(folder); err == nil {
				folders = append(folders, folder)
			}
		}
	}
	return folders
}

// layers tell Node.js and Python where the layers are that Lambda puts into /opt.
//
// https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
func (f *functionFinder) layers(declared *sam.Function) []string {
	var node, python []string
	version := strings.TrimSuffix(strings.TrimPrefix(declared.Runtime, "nodejs"), ".x")
	for _, folder := range f.layerFolders(declared) {
		node = append(node, filepath.Join(folder, "nodejs", "node"+version, "node_modules"), filepath.Join(folder, "nodejs", "node_modules"))
		python = append(python, filepath.Join(folder, "python"), filepath.Join(folder, "python", "lib", declared.Runtime, "site-packages"))
	}
	if node == nil {
		return nil
	}
	const separator = string(os.PathListSeparator)
	return []string{"NODE_PATH=" + strings.Join(node, separator), "PYTHONPATH=" + strings.Join(python, separator)}
}
