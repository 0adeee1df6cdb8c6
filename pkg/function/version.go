package function

import (
	"cmp"
	"path"
	"runtime/debug"
)

// version is set by the linker, since a build without VCS stamps has none:
//
//	go build -ldflags '-X github.com/notegate/notegate/pkg/function.version=v1.2.3'
var version string

// Version returns the version of the program: the one that it was linked with,
// or else that of its main module, such as v1.2.3 after go install, and (devel)
// for a build of a working tree.
func Version() string {
	if version != "" {
		return version
	}
	return cmp.Or(buildInfo().Main.Version, "(devel)")
}

// command is the program's name, whatever its file is called: bootstrap, in Lambda.
func command() string { return path.Base(buildInfo().Path) }

func buildInfo() *debug.BuildInfo {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info
	}
	return &debug.BuildInfo{}
}
