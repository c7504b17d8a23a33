package main

import (
	"context"
	"errors"
	"fmt"
	stdlog "log"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/jobs"
	"github.com/sluicegate/sluice/internal/store"
	"github.com/sluicegate/sluice/internal/sweep"
)

// server is the App: the webhook, the queue and the gate behind it, joined.
type server struct {
	log     zerolog.Logger
	db      *database.DB
	store   *store.DB
	queue   *jobs.Queue
	client  *github.Client
	handler gate.Handler
	http    *http.Server
	metrics *metrics
	tracing *tracing

	publisher *github.Publisher
	keep      retention

	patience time.Duration // with GitHub's API, where it is behind a delivery
	tasks    []sweep.Task  // what is done beside deliveries

	// decided is told of each report that was published, from many goroutines; it may be nil.
	decided func(gate.Target, *gate.Report)
}

// newServer opens the database, brings it up to date and joins the parts. Nothing is listened to or worked on yet.
func newServer(ctx context.Context, c *serverConfig, log zerolog.Logger) (*server, error) {
	s := &server{log: log, patience: lagPatience, metrics: newMetrics(), keep: c.Keep}
	var err error
	if s.tracing, err = newTracing(ctx, c.traces, log); err != nil {
		return nil, err
	}
	if s.client, err = github.New(github.Config{Config: c.GitHub, UserAgent: "sluice", Transport: counting{s.metrics, s.tracing, github.NewTransport()}}); err != nil {
		return nil, errors.Join(err, s.tracing.stop(ctx))
	}
	if s.db, err = database.Open(ctx, c.DatabaseURL); err != nil {
		return nil, errors.Join(err, s.tracing.stop(ctx))
	}
	if err := s.join(ctx, c); err != nil {
		return nil, errors.Join(err, s.db.Close(), s.tracing.stop(ctx))
	}
	return s, nil
}

func (s *server) join(ctx context.Context, c *serverConfig) error {
	if c.byHand {
		if err := store.Check(ctx, s.db); err != nil {
			return fmt.Errorf("%w; run: sluice migrate", err)
		}
	} else if err := migrate(ctx, s.db); err != nil {
		return err
	}
	s.store = store.New(s.db, time.Now)
	// What is published is told by shown, with the delivery.
	publisher, err := github.NewPublisher(s.client, s.store, c.PublicURL, s.log.Level(max(s.log.GetLevel(), zerolog.WarnLevel)))
	if err != nil {
		return err
	}
	s.publisher = publisher
	s.handler = gate.Handler{
		Reader: s.client, Publisher: shown{s, publisher}, Recorder: recorder{s.store, s}, Desk: desk{s.store, s.metrics, s.log}, Maintainers: s.client, Answers: publisher,
		Checks: all.Checks, Now: time.Now,
	}
	if s.queue, err = jobs.New(s.db, s.store, s.work(), jobs.Options{Log: s.log}); err != nil {
		return err
	}
	hook, err := github.NewHook(github.HookConfig{Secrets: c.webhookSecrets(), AppID: s.client.AppID()}, inbox{s}, s.log)
	if err != nil {
		return err
	}
	s.tasks = s.chores()
	mux := http.NewServeMux()
	mux.Handle(githubapp.DefaultWebhookRoute, s.metrics.hook(hook))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	s.metrics.registry.MustRegister(newDepth(s.queue.Depth))
	mux.Handle("GET /metrics", s.metrics.handler())
	s.http = &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: stdlog.New(complaints{s.log}, "", 0),
	}
	return nil
}

// complaints takes net/http's own lines: broken handshakes, panics of a handler.
type complaints struct{ log zerolog.Logger }

// Write logs one of them.
func (c complaints) Write(p []byte) (int, error) {
	c.log.Warn().Str("reason", strings.TrimSpace(string(p))).Msg("http")
	return len(p), nil
}

// ready answers whether a delivery would be taken now.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	switch err := s.db.Ping(r.Context()); {
	case err != nil:
		s.log.Warn().Err(err).Msg("not ready")
		answer(w, http.StatusServiceUnavailable, "the database takes no deliveries")
	case !s.queue.Running():
		answer(w, http.StatusServiceUnavailable, "the queue does not run")
	default:
		answer(w, http.StatusOK, "ok")
	}
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // nobody is left to be told
}

// run works and listens until ctx ends, then lets what is under way come to its end.
func (s *server) run(ctx context.Context, listener net.Listener) error {
	if err := s.queue.Start(ctx); err != nil {
		if ctx.Err() != nil {
			err = nil // told to end before it had begun
		}
		return errors.Join(err, listener.Close(), s.db.Close())
	}
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(listener) }()
	chores := make(chan struct{})
	idle, rest := context.WithCancel(context.WithoutCancel(ctx))
	defer rest()
	go func() {
		defer close(chores)
		sweep.Run(idle, s.log, s.tasks...)
	}()
	s.log.Info().Str("address", listener.Addr().String()).Str("database", string(s.db.Engine())).Msg("listening")
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 25*time.Second)
	defer cancel()
	err = errors.Join(err, s.http.Shutdown(ending))
	rest()
	<-chores
	err = errors.Join(err, s.queue.Stop(ending), s.db.Close())
	if spans := s.tracing.stop(ending); spans != nil {
		s.log.Warn().Err(spans).Msg("spans not sent")
	}
	return err
}

// background runs the server on a free port of this machine until stop, and outlives ctx: what was asked for is still
// published when the user breaks off.
func (s *server) background(ctx context.Context) (address string, stop func() error, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, errors.Join(err, s.db.Close())
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- s.run(running, listener) }()
	return "http://" + listener.Addr().String(), func() error {
		cancel()
		return <-ended
	}, nil
}
