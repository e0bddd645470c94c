// Package server shows a page of a trained model to the person at this machine, over HTTP on a
// loopback address. It answers to one browser that has the address with its token, computes, writes
// nothing and connects nowhere.
package server

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"latentspace/data/locate"
	"latentspace/experiments"
	"latentspace/explore/atlas"
	"latentspace/training"
)

// Options say what is shown, and where.
type Options struct {
	Address string // to listen on, such as 127.0.0.1:0, of which the port is chosen
	Run     string // the folder of the run that is shown at first
	// Open opens the model of a run, the newest that there is.
	Open  func(run string) (*training.Trained, error)
	Atlas atlas.Options
	// Tell is told an address with its token, whenever there is a new one.
	Tell func(address string)
}

// Server shows a page of trained models.
type Server struct {
	o         Options
	limits    limits
	listener  net.Listener
	hosts     []string
	port      int
	admission *admission
	gate      *gate
	runs      *runs
	hub       *hub
	jobs      *jobs

	renewing sync.Mutex // while a newer checkpoint of a run is opened
	rested   time.Time  // from when on the next one may be; under renewing
}

// Listen begins to listen.
func Listen(o Options) (*Server, error) { return listen(o, usual) }

func listen(o Options, l limits) (*Server, error) {
	if err := checkAddress(o.Address); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", o.Address)
	if err != nil {
		return nil, fmt.Errorf("explore: -addr %s: %w", o.Address, err)
	}
	at, events := listener.Addr().(*net.TCPAddr), newHub()
	return &Server{
		o: o, limits: l, listener: newLimited(listener, l.connections), hosts: hosts(at), port: at.Port,
		admission: newAdmission(), gate: newGate(l.decodes, l.waiting), runs: newRuns(o), hub: events, jobs: newJobs(events),
	}, nil
}

// checkAddress reports an address that is not of this machine alone.
func checkAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return experiments.Usagef("-addr %q, want an address with a port, such as 127.0.0.1:0", address)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return experiments.Usagef("-addr %q: the port is %q, want a number up to 65535, or 0 for any", address, port)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return experiments.Usagef("-addr %q: %q is no loopback address, want 127.0.0.1 or ::1: who reaches the page can use the model and see its data, and what is sent is not encrypted; from another machine, use ssh -L", address, host)
	}
	return nil
}

// address is where the page is, for who has the token.
func (s *Server) address(token string) string {
	return "http://" + s.hosts[0] + "/?token=" + token
}

// Serve answers until the context ends, which is no error.
func (s *Server) Serve(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.runs.ctx = locate.Offline(ctx)
	s.runs.look()
	s.runs.atlas(ctx, 0) // so that the page has it at once; an error is for the page
	if ctx.Err() != nil {
		return s.listener.Close()
	}
	// Before anyone can ask for anything, a cache of pictures may be written, and from now on nothing.
	s.runs.ctx = locate.ReadOnly(ctx)
	go s.jobs.work(s.runs.ctx)
	go s.follow(ctx)
	h := &http.Server{
		Handler:                      http.HandlerFunc(s.answer),
		ReadHeaderTimeout:            s.limits.request,
		ReadTimeout:                  s.limits.request,
		WriteTimeout:                 s.limits.request + time.Second, // a late answer still says so
		IdleTimeout:                  s.limits.idle,
		MaxHeaderBytes:               s.limits.header,
		ErrorLog:                     log.New(nowhere{}, "", 0), // which would name who asks
		BaseContext:                  func(net.Listener) context.Context { return ctx },
		DisableGeneralOptionsHandler: true,
	}
	context.AfterFunc(ctx, func() { h.Close() })
	s.o.Tell(s.address(s.admission.current()))
	if err := h.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) || ctx.Err() == nil {
		return fmt.Errorf("explore: %w", err)
	}
	return nil
}

// nowhere takes what nobody reads.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
