package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"latentspace/internal/panics"
)

// limits are how much a server takes on.
type limits struct {
	connections int           // at a time
	decodes     int           // at a time
	waiting     int           // decodes that wait for one of these
	streams     int           // of events
	request     time.Duration // that a request takes at most
	idle        time.Duration // that a connection waits for the next request
	beat        time.Duration // between the heartbeats of a stream
	header      int           // bytes of the header of a request
}

var usual = limits{
	connections: 32, decodes: 2, waiting: 8, streams: 8,
	request: 5 * time.Second, idle: 30 * time.Second, beat: 10 * time.Second, header: 16 << 10,
}

// limited is a listener of few connections at a time. Others wait until one is closed.
type limited struct {
	net.Listener
	free  chan struct{}
	close chan struct{}
	once  sync.Once
}

func newLimited(l net.Listener, most int) *limited {
	return &limited{Listener: l, free: make(chan struct{}, most), close: make(chan struct{})}
}

// Accept implements [net.Listener].
func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.free <- struct{}{}:
	case <-l.close:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		l.leave()
		return nil, err
	}
	return &limitedConn{Conn: c, done: l.leave}, nil
}

// leave makes room for a connection.
func (l *limited) leave() {
	select {
	case <-l.free:
	default:
	}
}

// Close implements [net.Listener].
func (l *limited) Close() error {
	l.once.Do(func() { close(l.close) })
	return l.Listener.Close()
}

// limitedConn makes room for another connection once it is closed.
type limitedConn struct {
	net.Conn
	once sync.Once
	done func()
}

// Close implements [net.Conn].
func (c *limitedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.done)
	return err
}

// gate lets few through at a time. Some more wait, and others are refused.
type gate struct {
	running chan struct{}
	all     chan struct{} // that run or wait
}

func newGate(running, waiting int) *gate {
	return &gate{make(chan struct{}, running), make(chan struct{}, running+waiting)}
}

// through runs f in its turn and returns what it does, or an error when the context ends first. What
// was begun keeps its place until it ends.
func through[T any](ctx context.Context, g *gate, f func() (T, error)) (T, error) {
	var none T
	select {
	case g.all <- struct{}{}:
	default:
		return none, refuse(http.StatusServiceUnavailable, "The model has enough to do: ask again.")
	}
	select {
	case g.running <- struct{}{}:
	case <-ctx.Done():
		<-g.all
		return none, ctx.Err()
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-g.running; <-g.all }()
		var r result
		r.err = panics.Caught(func() (err error) {
			r.value, err = f()
			return err
		})
		done <- r
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
