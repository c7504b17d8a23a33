package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// hookTimeout is how long GitHub waits for an answer to a delivery (docs, "Best practices for using webhooks").
const hookTimeout = 10 * time.Second

// hooks are the App's webhook: a queue of deliveries and the record of what was sent.
type hooks struct {
	mu     sync.Mutex
	url    string
	record []*Delivery // oldest first
	queue  []*Delivery
	keep   int // the longest record; without end where 0
	held   bool
	losing bool
	lost   int // deliveries
	busy   int
	wake   *sync.Cond
	ended  bool
	client *http.Client
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// Delivery is one webhook that was sent or is to be sent.
type Delivery struct {
	ID           int64
	GUID         string // the same for all attempts
	Event        string
	Action       string // "" where the event has none
	Installation int64
	Repository   int64
	Redelivery   bool
	Payload      []byte
	At           time.Time     // when it was sent; zero while it waits
	Took         time.Duration // until the answer
	StatusCode   int           // 0 while it waits
	Status       string        // "OK", or what went wrong
	hook         int64
	response     []byte
}

func (h *hooks) start(s *Sandbox, url string, workers int) {
	ctx, cancel := context.WithCancel(context.Background())
	h.url, h.cancel = url, cancel
	h.client = &http.Client{Timeout: hookTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	h.wake = sync.NewCond(&h.mu)
	for range workers {
		h.done.Go(func() { s.deliver(ctx) })
	}
}

func (h *hooks) stop() {
	h.mu.Lock()
	h.ended = true
	h.mu.Unlock()
	h.wake.Broadcast()
	h.cancel()
	h.done.Wait()
}

// SetHookURL sets where deliveries go from now on. Without an address they wait.
func (s *Sandbox) SetHookURL(url string) {
	s.hooks.mu.Lock()
	s.hooks.url = url
	s.hooks.mu.Unlock()
	s.hooks.wake.Broadcast()
}

// Hold keeps deliveries back until [Sandbox.Release].
func (s *Sandbox) Hold() {
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	s.hooks.held = true
}

// Release sends what was held back. order, where it is not nil, may change what is sent: turn it round, repeat it, lose it.
func (s *Sandbox) Release(order func([]*Delivery) []*Delivery) {
	s.hooks.mu.Lock()
	if order != nil {
		s.hooks.queue = order(s.hooks.queue)
	}
	s.hooks.held = false
	s.hooks.mu.Unlock()
	s.hooks.wake.Broadcast()
}

// Lose has every delivery of what happens from now on lost, or ends that: it is not sent, and no list of GitHub's has it.
// What was waiting before is sent.
func (s *Sandbox) Lose(lose bool) {
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	s.hooks.losing = lose
}

// Lost counts the deliveries that were lost.
func (s *Sandbox) Lost() int {
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	return s.hooks.lost
}

// Settle waits until no delivery is waiting or under way.
func (s *Sandbox) Settle(ctx context.Context) error {
	for {
		s.hooks.mu.Lock()
		left := len(s.hooks.queue) + s.hooks.busy
		s.hooks.mu.Unlock()
		if left == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d deliveries are not sent yet: %w", left, ctx.Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// Deliveries lists everything that was sent or waits, oldest first.
func (s *Sandbox) Deliveries() []Delivery {
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	out := make([]Delivery, 0, len(s.hooks.record))
	for _, d := range s.hooks.record {
		out = append(out, *d)
	}
	return out
}

// Redeliver sends a delivery again under its own GUID, as the button on GitHub does.
func (s *Sandbox) Redeliver(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.Deliveries() {
		if d.ID == id {
			s.again(&d)
			return nil
		}
	}
	return fmt.Errorf("the sandbox has no delivery %d", id)
}

func (s *Sandbox) again(d *Delivery) {
	next := &Delivery{
		ID: s.id(), GUID: d.GUID, Event: d.Event, Action: d.Action, Installation: d.Installation, Repository: d.Repository,
		Redelivery: true, Payload: d.Payload, hook: d.hook,
	}
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	s.hooks.add(next)
}

// send queues a delivery of something that happened in r. Where nobody has installed the App, nothing is sent.
func (s *Sandbox) send(r *repo, event, action string, payload obj) {
	o := s.orgs[lower(r.owner.login)]
	if o == nil || o.installation == nil || !o.installation.suspended.IsZero() || !o.installation.covers(r) {
		return
	}
	s.sendTo(o.installation, r.id, event, action, payload)
}

func (s *Sandbox) sendTo(in *installation, repo int64, event, action string, payload obj) {
	if action != "" {
		payload["action"] = action
	}
	data, err := json.Marshal(payload)
	if err != nil {
		panic(fmt.Sprintf("sandbox: payload of %s: %v", event, err))
	}
	d := &Delivery{
		ID: s.id(), GUID: guid(), Event: event, Action: action, Installation: in.id, Repository: repo, Payload: data, hook: s.app,
	}
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	s.hooks.add(d)
}

func (h *hooks) add(d *Delivery) {
	if h.losing {
		h.lost++
		return
	}
	h.record = append(h.record, d)
	for h.keep > 0 && len(h.record) > h.keep && h.record[0].StatusCode != 0 {
		h.record = h.record[1:]
	}
	h.queue = append(h.queue, d)
	h.wake.Signal()
}

// deliver sends one delivery after the other until the sandbox ends.
func (s *Sandbox) deliver(ctx context.Context) {
	h := &s.hooks
	for {
		h.mu.Lock()
		for !h.ended && (len(h.queue) == 0 || h.held || h.url == "") {
			h.wake.Wait()
		}
		if h.ended {
			h.mu.Unlock()
			return
		}
		d, url := h.queue[0], h.url
		h.queue = h.queue[1:]
		h.busy++
		h.mu.Unlock()

		code, status, response, took := s.post(ctx, url, d)

		h.mu.Lock()
		d.At, d.Took, d.StatusCode, d.Status, d.response = s.now(), took, code, status, response
		h.busy--
		h.mu.Unlock()
	}
}

// post sends a delivery and says how it went, in the words of GitHub's record of deliveries.
func (s *Sandbox) post(ctx context.Context, url string, d *Delivery) (code int, status string, body []byte, took time.Duration) {
	begin := time.Now()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(d.Payload))
	if err != nil {
		return http.StatusBadGateway, "failed to connect to host", nil, 0
	}
	for name, value := range s.headers(d) {
		req.Header.Set(name, value)
	}
	resp, err := s.hooks.client.Do(req)
	took = time.Since(begin)
	var slow interface{ Timeout() bool }
	switch {
	case errors.As(err, &slow) && slow.Timeout():
		return http.StatusGatewayTimeout, "timed out", nil, took
	case err != nil:
		return http.StatusBadGateway, "failed to connect to host", nil, took
	}
	defer resp.Body.Close() //nolint:errcheck // the answer is read
	body, _ = io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode/100 == 2 {
		return resp.StatusCode, "OK", body, took
	}
	return resp.StatusCode, "Invalid HTTP Response: " + fmt.Sprint(resp.StatusCode), body, took
}

// headers are a delivery's (docs, "Webhook events and payloads", delivery headers).
func (s *Sandbox) headers(d *Delivery) map[string]string {
	mac := hmac.New(sha256.New, []byte(s.opts.Secret))
	mac.Write(d.Payload)
	return map[string]string{
		"Accept": "*/*", "Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/sandbox", "X-GitHub-Event": d.Event,
		"X-GitHub-Delivery": d.GUID, "X-GitHub-Hook-ID": strconv.FormatInt(d.hook, 10), "X-GitHub-Hook-Installation-Target-ID": strconv.FormatInt(s.app, 10),
		"X-GitHub-Hook-Installation-Target-Type": "integration", "X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
	}
}

func guid() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// raw is a payload as it was sent, to stand in an answer.
func raw(data []byte) json.RawMessage { return json.RawMessage(data) }
