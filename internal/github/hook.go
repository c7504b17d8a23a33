package github

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/gate"
)

// Delivery is one webhook that asks for something.
type Delivery struct {
	ID           string // GitHub's; the same one again is the same delivery
	Event        string
	Action       string // empty for an event that has none
	Installation int64  // 0 where the payload names none
	Repo         string // "owner/name"; empty where the payload names none
	// Head is the head commit that a pull request's event names, else empty. GitHub's API can lag behind its webhooks
	// by seconds: a report on another head than this is to be looked at again.
	Head string
	// Before is the head commit that a push replaced, and Updated when the pull request last changed, to the second: both
	// where the event tells. Deliveries come in no order.
	Before  string
	Updated time.Time
	Work    gate.Work
}

// Rerun reports whether somebody asked for check runs once more, by a button.
func (d *Delivery) Rerun() bool { return d.Event == "check_run" || d.Event == "check_suite" }

// Inbox takes deliveries. When Accept returns nil the delivery is stored, and GitHub is told so; the same delivery twice
// changes nothing. An error is told to GitHub as 503, which keeps it on its list of failed ones.
type Inbox interface {
	Accept(ctx context.Context, d Delivery) error
}

// HookConfig is what the hook must know.
type HookConfig struct {
	// Secrets of the webhook. Two are valid at once while one is being changed. None may be empty: go-githubapp takes an
	// empty one for "accept everything".
	Secrets []string
	AppID   int64 // the App's id: check runs of others are none of ours
}

// usualBody is how much is made room for at once: who posts could announce anything.
const usualBody = 128 << 10

// maxBody is the largest payload that GitHub sends: docs, "Webhook events and payloads".
const maxBody = 25 << 20

// NewHook makes the handler of webhooks, for [githubapp.DefaultWebhookRoute]. It refuses what GitHub would not send,
// answers what Sluice doesn't handle with 2xx and leaves it, and puts the rest into inbox before it answers 202.
func NewHook(cfg HookConfig, inbox Inbox, log zerolog.Logger) (http.Handler, error) {
	if len(cfg.Secrets) == 0 || slices.Contains(cfg.Secrets, "") {
		return nil, errors.New("GITHUB_APP_WEBHOOK_SECRET is empty: without a secret anybody could post; set one on the App's page and here")
	}
	if cfg.AppID <= 0 {
		return nil, errors.New("GITHUB_APP_INTEGRATION_ID is missing: without it a re-run of Sluice's checks could not be told from another App's")
	}
	in := &intake{inbox: inbox, translator: translator{cfg.AppID}, log: log}
	h := &hook{intake: in, log: log}
	for _, secret := range cfg.Secrets {
		h.secrets = append(h.secrets, []byte(secret))
		h.dispatchers = append(h.dispatchers, githubapp.NewEventDispatcher([]githubapp.EventHandler{in}, secret,
			githubapp.WithScheduler(in), githubapp.WithErrorCallback(h.failed), githubapp.WithResponseCallback(answered)))
	}
	return h, nil
}

// hook stands in front of go-githubapp's dispatcher and closes what that leaves open: it reads without a bound, takes a
// SHA-1 signature alone, and knows one secret.
type hook struct {
	intake      *intake
	secrets     [][]byte
	dispatchers []http.Handler // one for each secret
	log         zerolog.Logger
}

// refusal is a request that GitHub would not have sent, or that this server cannot take.
type refusal struct {
	status  int
	message string
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

var (
	saneID    = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`) // GitHub sends UUIDs
	saneEvent = regexp.MustCompile(`^[a-z_]{1,64}$`)
	signed    = regexp.MustCompile(`^sha256=[0-9a-fA-F]{64}$`)
)

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	dispatcher, body, err := h.admit(w, r)
	if err != nil {
		h.failed(w, r, err)
		return
	}
	// Most deliveries are of check runs' own coming and going: a dozen for each verdict.
	if h.intake.leaves(r.Header.Get("X-GitHub-Event"), r.Header.Get("X-GitHub-Delivery"), body) {
		answered(w, r, "", false)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	// go-githubapp logs each delivery by itself; one line is enough.
	dispatcher.ServeHTTP(w, r.WithContext(zerolog.Nop().WithContext(r.Context())))
}

// admit reads the payload, checks everything but its meaning, and picks the dispatcher of the secret that signed it.
func (h *hook) admit(w http.ResponseWriter, r *http.Request) (to http.Handler, body []byte, err error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, nil, refuse(http.StatusMethodNotAllowed, "webhooks are posted")
	}
	if err := checkHeaders(r); err != nil {
		return nil, nil, err
	}
	payload := bytes.NewBuffer(make([]byte, 0, min(max(r.ContentLength, 0)+bytes.MinRead, usualBody)))
	_, err = payload.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, nil, refuse(http.StatusRequestEntityTooLarge, "the payload is larger than 25 MB")
	case err != nil:
		return nil, nil, refuse(http.StatusBadRequest, "the payload could not be read")
	}
	by := h.signer(r.Header.Get("X-Hub-Signature-256"), payload.Bytes())
	if by < 0 {
		return nil, nil, refuse(http.StatusUnauthorized, "the signature in X-Hub-Signature-256 is wrong: the App's webhook secret and this server's differ")
	}
	return h.dispatchers[by], payload.Bytes(), nil
}

func checkHeaders(r *http.Request) error {
	if r.ContentLength > maxBody {
		return refuse(http.StatusRequestEntityTooLarge, "the payload is larger than 25 MB")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "set the webhook's content type to application/json on the App's page")
	}
	if !signed.MatchString(r.Header.Get("X-Hub-Signature-256")) {
		return refuse(http.StatusUnauthorized, "X-Hub-Signature-256 is missing or no SHA-256 signature: set the webhook's secret on the App's page")
	}
	if !saneID.MatchString(r.Header.Get("X-GitHub-Delivery")) {
		return refuse(http.StatusBadRequest, "X-GitHub-Delivery is missing or no delivery id")
	}
	if !saneEvent.MatchString(r.Header.Get("X-GitHub-Event")) {
		return refuse(http.StatusBadRequest, "X-GitHub-Event is missing or no event")
	}
	return nil
}

// signer is the index of the secret that signed body, -1 for none. Every secret is tried, in constant time.
func (h *hook) signer(signature string, body []byte) int {
	got, err := hex.DecodeString(strings.TrimPrefix(signature, "sha256="))
	by := -1
	for i, secret := range h.secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		if hmac.Equal(mac.Sum(nil), got) && err == nil && by < 0 {
			by = i
		}
	}
	return by
}

// failed answers an error. What is not the sender's fault is 503: GitHub has the delivery on its list of failed ones, and
// it can be asked for again.
func (h *hook) failed(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	var invalid githubapp.ValidationError
	switch {
	case errors.As(err, &refused):
	case errors.As(err, &invalid):
		refused = &refusal{http.StatusBadRequest, "the request is no webhook of GitHub's"}
	default:
		h.log.Error().Str("delivery", head64(r.Header.Get("X-GitHub-Delivery"))).Err(err).Msg("delivery not stored")
		http.Error(w, "the delivery could not be stored; deliver it again", http.StatusServiceUnavailable)
		return
	}
	h.log.Warn().Str("delivery", head64(r.Header.Get("X-GitHub-Delivery"))).Str("event", head64(r.Header.Get("X-GitHub-Event"))).
		Int("status", refused.status).Str("reason", refused.message).Msg("delivery refused")
	http.Error(w, refused.message, refused.status)
}

// head64 bounds what a stranger may put into the log.
func head64(s string) string { return s[:min(len(s), 64)] }

// answered tells GitHub that its delivery has come.
func answered(w http.ResponseWriter, _ *http.Request, _ string, _ bool) {
	w.WriteHeader(http.StatusAccepted)
}
