package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database/databasetest"
)

// Nobody holds a connection of the server's for ever, or makes it read without end.
func TestServerIsBounded(t *testing.T) {
	t.Parallel()
	h := begin(t, databasetest.SQLite(t), func(s *server) { s.http.ReadHeaderTimeout = 100 * time.Millisecond })
	for what, d := range map[string]time.Duration{
		"read": h.server.http.ReadTimeout, "write": h.server.http.WriteTimeout, "idle": h.server.http.IdleTimeout,
	} {
		if d <= 0 || d > 2*time.Minute {
			t.Errorf("%s: got a time-out of %s, want one of two minutes at most", what, d)
		}
	}
	// Headers that do not end.
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	must(t, err)
	defer func() { _ = conn.Close() }()
	must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = io.WriteString(conn, "POST /api/github/hook HTTP/1.1\r\nHost: sluice\r\nX-A: ")
	must(t, err)
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("a client that sends no more: got %v, want the connection closed", err)
	}
	// Headers that are too many.
	req, err := http.NewRequest(http.MethodPost, h.url+"/api/github/hook", http.NoBody)
	must(t, err)
	req.Header.Set("X-Large", strings.Repeat("a", 200<<10))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return // closed while it was still sent
	}
	must(t, resp.Body.Close())
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("200 KB of headers: got %d, want 431", resp.StatusCode)
	}
}
