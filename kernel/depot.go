package kernel

import "sync"

// depot keeps things that are used again and again, so that a training step makes
// none.
type depot[T any] struct {
	mutex sync.Mutex
	free  []*T
	make  func() *T
}

func (d *depot[T]) get() *T {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if n := len(d.free); n > 0 {
		t := d.free[n-1]
		d.free = d.free[:n-1]
		return t
	}
	return d.make()
}

func (d *depot[T]) put(t *T) {
	d.mutex.Lock()
	d.free = append(d.free, t)
	d.mutex.Unlock()
}
