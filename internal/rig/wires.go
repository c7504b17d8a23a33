package rig

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
)

// Door is one address before servers that come and go: deliveries go to each in turn. With nobody behind it the
// connection is closed.
type Door struct {
	server *http.Server
	url    string
	mu     sync.Mutex
	behind []*Server
	turn   int
	Closed atomic.Int64 // how often nobody was behind it
}

// OpenDoor listens.
func OpenDoor(ctx context.Context) (*Door, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &Door{url: "http://" + listener.Addr().String()}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(r.In.Context().Value(target{}).(*url.URL)) },
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) {
			panic(http.ErrAbortHandler) // the server was killed: so is the connection
		},
	}
	d.server = &http.Server{ReadHeaderTimeout: startPatience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := d.next()
		if to == nil {
			d.Closed.Add(1)
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), target{}, to)))
	})}
	go func() { _ = d.server.Serve(listener) }() // ends with Close
	return d, nil
}

type target struct{}

func (d *Door) next() *url.URL {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.behind) == 0 {
		return nil
	}
	d.turn++
	return &url.URL{Scheme: "http", Host: d.behind[d.turn%len(d.behind)].address}
}

// Lead sets the servers behind the door.
func (d *Door) Lead(to ...*Server) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.behind = to
}

// Hook is where deliveries go.
func (d *Door) Hook() string { return d.url + "/api/github/hook" }

// Close stops listening.
func (d *Door) Close() error { return d.server.Close() }

// Wire carries connections to a server, and can be cut.
type Wire struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	cut      bool
	live     map[net.Conn]bool
	Refused  atomic.Int64 // connections that met the cut
}

// NewWire listens and carries to an address.
func NewWire(ctx context.Context, to string) (*Wire, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &Wire{listener: listener, to: to, live: map[net.Conn]bool{}}
	go w.serve(ctx)
	return w, nil
}

// Address is where the wire begins.
func (w *Wire) Address() string { return w.listener.Addr().String() }

// Cut breaks all connections and refuses new ones until Mend. It answers how many it broke.
func (w *Wire) Cut() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	n := len(w.live)
	for c := range w.live {
		_ = c.Close()
	}
	return n
}

// Mend ends a cut.
func (w *Wire) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = false
}

// Close stops listening and breaks all connections.
func (w *Wire) Close() error {
	err := w.listener.Close()
	w.Cut()
	return err
}

func (w *Wire) serve(ctx context.Context) {
	for {
		from, err := w.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go w.carry(ctx, from)
		}
	}
}

func (w *Wire) carry(ctx context.Context, from net.Conn) {
	to, err := (&net.Dialer{}).DialContext(ctx, "tcp", w.to)
	if err != nil || !w.join(from) {
		_ = from.Close()
		if err == nil {
			_ = to.Close()
		}
		return
	}
	go func() {
		_, _ = io.Copy(to, from) // either side may end it
		_ = to.Close()
	}()
	_, _ = io.Copy(from, to)
	_ = from.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.live, from)
}

func (w *Wire) join(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		w.Refused.Add(1)
		return false
	}
	w.live[c] = true
	return true
}
