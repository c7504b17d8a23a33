package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/google/go-github/v62/github"
)

// receiver is a webhook's other end, which checks the signature. It returns its address.
func receiver(t *testing.T, s *Sandbox, answer func(event, delivery string) int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(s.Secret()))
		mac.Write(body)
		if r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("%s: the signature is not that of the body", r.Header.Get("X-GitHub-Event"))
		}
		w.WriteHeader(answer(r.Header.Get("X-GitHub-Event"), r.Header.Get("X-GitHub-Delivery")))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// What was answered with an error stands in the list of deliveries, and can be sent again under its own GUID.
func TestFailedDeliveriesAreListedAndSentAgain(t *testing.T) {
	s := begin(t, Options{})
	var down atomic.Bool
	down.Store(true)
	var last atomic.Value
	s.SetHookURL(receiver(t, s, func(_, delivery string) int {
		last.Store(delivery)
		if down.Load() {
			return http.StatusServiceUnavailable
		}
		return http.StatusAccepted
	}))
	must(t, s.Settle(t.Context()))
	c := app(t, s)
	list, _, err := c.Apps.ListHookDeliveries(t.Context(), &github.ListCursorOptions{PerPage: 1})
	must(t, err)
	if len(list) != 1 || list[0].GetStatusCode() != http.StatusServiceUnavailable || list[0].GetEvent() != "pull_request" {
		t.Fatalf("got %v, want the one that failed", list)
	}
	one, _, err := c.Apps.GetHookDelivery(t.Context(), list[0].GetID())
	must(t, err)
	if one.Request.RawPayload == nil || one.Request.Headers["X-GitHub-Delivery"] != list[0].GetGUID() {
		t.Errorf("got %v, want what was sent", one.Request)
	}
	down.Store(false)
	_, _, err = c.Apps.RedeliverHookDelivery(t.Context(), list[0].GetID())
	if accepted := new(github.AcceptedError); err != nil && !errors.As(err, &accepted) {
		t.Fatal(err)
	}
	must(t, s.Settle(t.Context()))
	if last.Load() != list[0].GetGUID() {
		t.Errorf("it was sent again as %v, want its own GUID %s", last.Load(), list[0].GetGUID())
	}
	again, resp, err := c.Apps.ListHookDeliveries(t.Context(), &github.ListCursorOptions{PerPage: 1})
	must(t, err)
	if !again[0].GetRedelivery() || again[0].GetStatusCode() != http.StatusAccepted {
		t.Errorf("got %v, want the second attempt first", again[0])
	}
	older, _, err := c.Apps.ListHookDeliveries(t.Context(), &github.ListCursorOptions{PerPage: 1, Cursor: resp.Cursor})
	must(t, err)
	if resp.Cursor == "" || older[0].GetID() != list[0].GetID() {
		t.Errorf("got %v after the cursor %q, want the first attempt", older, resp.Cursor)
	}
	noDepartures(t, s)
}

// A host that is not there is a failed delivery as well, with a status.
func TestNobodyListens(t *testing.T) {
	s := begin(t, Options{})
	s.SetHookURL("http://127.0.0.1:1/")
	must(t, s.Settle(t.Context()))
	if d := s.Deliveries()[0]; d.StatusCode != http.StatusBadGateway || d.Status == "OK" {
		t.Errorf("got %d %q, want a failure", d.StatusCode, d.Status)
	}
}

// A delivery that is lost is neither sent nor listed: what it told of is found only by who looks for it.
func TestLostDeliveries(t *testing.T) {
	s := begin(t, Options{})
	var came atomic.Int64
	s.SetHookURL(receiver(t, s, func(_, _ string) int {
		came.Add(1)
		return http.StatusAccepted
	}))
	must(t, s.Settle(t.Context()))
	before, listed := came.Load(), len(s.Deliveries())
	s.Lose(true)
	must(t, s.Label("acme/api", 12, "lost"))
	s.Lose(false)
	must(t, s.Settle(t.Context()))
	if came.Load() != before || len(s.Deliveries()) != listed || s.Lost() != 1 {
		t.Errorf("%d came, %d are listed, %d are lost; want %d, %d and 1", came.Load(), len(s.Deliveries()), s.Lost(), before, listed)
	}
	must(t, s.Label("acme/api", 12, "kept"))
	must(t, s.Settle(t.Context()))
	if came.Load() != before+1 || s.Lost() != 1 {
		t.Errorf("%d came and %d are lost afterwards, want %d and 1", came.Load(), s.Lost(), before+1)
	}
}
