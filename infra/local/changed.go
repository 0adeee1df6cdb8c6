package main

import (
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// noticeChange calls changed once if the file is written to or replaced. Its folder
// is watched, since a file that is replaced takes its own watch with it. That it
// cannot be watched is no reason not to serve it.
func (s *system) noticeChange(file string, changed func()) {
	file, err := filepath.Abs(file)
	if err != nil {
		return
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return
	}
	s.closers = append(s.closers, watcher.Close)
	if err := watcher.Add(filepath.Dir(file)); err != nil {
		return
	}
	go func() {
		for e := range watcher.Events {
			if e.Name == file && e.Has(fsnotify.Write|fsnotify.Create) {
				changed()
				return
			}
		}
	}()
}
