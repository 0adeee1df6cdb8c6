package lambda

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// A watcher tells pools of changes to their files. Folders are watched, since a
// file that is replaced takes its own watch with it.
type watcher struct {
	mu     sync.Mutex
	notify *fsnotify.Watcher // nil until something is watched
	done   chan struct{}     // closed when no more changes are told
	files  map[string][]*Pool
	trees  map[string][]*Pool // by the folder at the root
}

// watch restarts the pool's processes after changes. Without it the function
// still runs.
func (p *Pool) watch() {
	for _, path := range p.spec.Watch {
		if err := p.service.watcher.add(path, p); err != nil {
			p.log(fmt.Sprintf("changes of %s will not be noticed: %v", path, err))
		}
	}
}

func (w *watcher) add(path string, p *Pool) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.open(); err != nil {
		return err
	}
	if !info.IsDir() {
		w.files[path] = append(w.files[path], p)
		return w.notify.Add(filepath.Dir(path))
	}
	w.trees[path] = append(w.trees[path], p)
	return w.addTree(path)
}

func (w *watcher) open() (err error) {
	if w.notify != nil {
		return nil
	}
	if w.notify, err = fsnotify.NewWatcher(); err != nil {
		return err
	}
	w.files, w.trees, w.done = map[string][]*Pool{}, map[string][]*Pool{}, make(chan struct{})
	go w.listen(w.notify)
	return nil
}

// addTree watches a folder and those in it, except what a build or an editor
// writes for itself.
func (w *watcher) addTree(root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path != root:
			return nil
		case err != nil:
			return err
		case !entry.IsDir():
			return nil
		case path != root && ignored(entry.Name()):
			return filepath.SkipDir
		}
		return w.notify.Add(path)
	})
}

func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasSuffix(name, ".log") ||
		slices.Contains([]string{"node_modules", "__pycache__"}, name)
}

func (w *watcher) listen(notify *fsnotify.Watcher) {
	defer close(w.done)
	for {
		select {
		case e, ok := <-notify.Events:
			if !ok {
				return
			}
			if e.Op != fsnotify.Chmod {
				w.changed(e)
			}
		case _, ok := <-notify.Errors: // such as events that were lost: the next change is noticed
			if !ok {
				return
			}
		}
	}
}

func (w *watcher) changed(e fsnotify.Event) {
	w.mu.Lock()
	pools := slices.Clone(w.files[e.Name])
	for root, of := range w.trees {
		if below, err := filepath.Rel(root, e.Name); err == nil && filepath.IsLocal(below) && !slices.ContainsFunc(strings.Split(below, string(filepath.Separator)), ignored) {
			pools = append(pools, of...)
			if info, err := os.Stat(e.Name); err == nil && info.IsDir() && e.Has(fsnotify.Create) {
				w.addTree(e.Name)
			}
		}
	}
	w.mu.Unlock()
	for _, p := range pools {
		p.changed()
	}
}

func (w *watcher) close() error {
	w.mu.Lock()
	notify := w.notify
	w.mu.Unlock()
	if notify == nil {
		return nil
	}
	err := notify.Close()
	<-w.done
	return err
}
