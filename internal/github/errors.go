package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gh "github.com/google/go-github/v62/github"
)

// Whoever acts on these errors and cannot import this package asks for their methods: RetryAt of a limit, Permanent of
// what another try doesn't change. Anything else may be tried again.

// RetryAfter says that GitHub limits us: nothing for this installation before Until.
type RetryAfter struct {
	Until time.Time
	Err   error
}

func (e *RetryAfter) Error() string {
	return fmt.Sprintf("limited by GitHub until %s: %v", e.Until.UTC().Format(time.RFC3339), e.Err)
}

// Unwrap is the clients' error.
func (e *RetryAfter) Unwrap() error { return e.Err }

// RetryAt is Until.
func (e *RetryAfter) RetryAt() time.Time { return e.Until }

// Temporary is a failure that may be gone at the next try: a server error, a broken connection, a list that lags.
type Temporary struct{ Err error }

func (e *Temporary) Error() string { return e.Err.Error() }

// Unwrap is the clients' error.
func (e *Temporary) Unwrap() error { return e.Err }

// Gone says that GitHub has no such thing, or doesn't show it to our App: another try finds the same.
type Gone struct{ Err error }

func (e *Gone) Error() string { return e.Err.Error() }

// Unwrap is the clients' error.
func (e *Gone) Unwrap() error { return e.Err }

// Permanent is true.
func (e *Gone) Permanent() bool { return true }

// Denied says that an owner must act: a permission isn't granted, the installation is suspended, the key is refused.
type Denied struct {
	Err error
	key bool // nobody is believed to be the App: its key, its id or the clock is wrong
}

// Advice is what the owner must do, in words that are ours alone: fit for a page that anybody reads.
func (e *Denied) Advice() string {
	message := strings.ToLower(e.Err.Error())
	switch {
	case strings.Contains(message, "suspended"):
		return "The installation of the App is suspended. An owner must unsuspend it on the organisation's page of installed GitHub Apps."
	case e.key:
		return "GitHub refuses the App's key. Whoever runs Sluice must look at the App's id, its private key and the machine's clock."
	case strings.Contains(message, "ip allow list"):
		return "The organisation has an IP allow list. An owner must add the address of the machine that Sluice runs on."
	case strings.Contains(message, "archived"):
		return "The repository is archived, so nothing can be written to it. An owner must take it out of the archive."
	}
	return "The App lacks a permission that it asks for. An owner must accept its permissions on the organisation's page of installed GitHub Apps."
}

func (e *Denied) Error() string { return e.Err.Error() }

// Unwrap is the clients' error.
func (e *Denied) Unwrap() error { return e.Err }

// Permanent is true, unless the App's own key is refused: then nothing at all can be done, and what was asked for waits.
func (e *Denied) Permanent() bool { return !e.key }

// Refused says that GitHub understood the request and won't have it. It is a mistake of ours: another try is as bad.
type Refused struct{ Err error }

func (e *Refused) Error() string { return e.Err.Error() }

// Unwrap is the clients' error.
func (e *Refused) Unwrap() error { return e.Err }

// Permanent is true.
func (e *Refused) Permanent() bool { return true }

// Moved says that the pull request changed while it was read. What was read is of no use: open it again.
type Moved struct {
	Repo        string
	Number      int
	Opened, Now string // the head commits, or the base branches
}

func (e *Moved) Error() string {
	return fmt.Sprintf("%s#%d moved from %s to %s while it was read", e.Repo, e.Number, e.Opened, e.Now)
}

const (
	// defaultPause is how long to wait where GitHub limits us and doesn't say: docs, "Best practices for using the REST
	// API", ask for a minute at least.
	defaultPause = time.Minute
	longestPause = 2 * time.Hour // a header may say anything
)

// classify turns an error of the clients into one of the types above. A context's end stays what it is.
func classify(err error, now time.Time) error {
	var limited *gh.RateLimitError
	var abuse *gh.AbuseRateLimitError
	var response *gh.ErrorResponse
	var token *ghinstallation.HTTPError
	switch {
	case err == nil || known(err):
		return err
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &limited):
		until := limited.Rate.Reset.Time
		if limited.Response != nil {
			until = here(until, limited.Response.Header, now)
		}
		return &RetryAfter{pause(until, now), err}
	case errors.As(err, &abuse):
		until := time.Time{}
		if abuse.RetryAfter != nil {
			until = now.Add(*abuse.RetryAfter)
		}
		return &RetryAfter{pause(until, now), err}
	case errors.As(err, &response) && response.Response != nil:
		return byStatus(response.Response, response.Message, err, now)
	case errors.As(err, &token) && token.Response != nil:
		message := wordsOf(token.Response)
		switch {
		case token.Response.StatusCode == http.StatusUnauthorized:
			err = fmt.Errorf("%w; look at the App's id, its private key and this machine's clock", err)
		case message != "":
			err = fmt.Errorf("%w: %s", err, message)
		}
		return byStatus(token.Response, message, err, now)
	}
	return &Temporary{err}
}

// wordsOf is what GitHub said when it refused a token: ghinstallation leaves that unread, and the body open.
func wordsOf(r *http.Response) string {
	defer func() { _ = r.Body.Close() }()
	var said struct{ Message string }
	if err := json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&said); err != nil {
		return ""
	}
	return said.Message[:min(len(said.Message), 300)]
}

// known reports whether err has its type already.
func known(err error) bool {
	var (
		retry     *RetryAfter
		temporary *Temporary
		gone      *Gone
		denied    *Denied
		refused   *Refused
		moved     *Moved
	)
	return errors.As(err, &retry) || errors.As(err, &temporary) || errors.As(err, &gone) ||
		errors.As(err, &denied) || errors.As(err, &refused) || errors.As(err, &moved)
}

func byStatus(r *http.Response, message string, err error, now time.Time) error {
	status := r.StatusCode
	if status == http.StatusTooManyRequests || status == http.StatusForbidden && limits(r.Header, message) {
		return &RetryAfter{pause(untilOf(r.Header, now), now), err}
	}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return &Denied{Err: err, key: status == http.StatusUnauthorized}
	case status == http.StatusNotFound, status == http.StatusGone, status == http.StatusUnavailableForLegalReasons,
		status == http.StatusMovedPermanently:
		return &Gone{err}
	case status == http.StatusRequestTimeout, status == http.StatusConflict, status >= 500, status < 400:
		return &Temporary{err}
	}
	return &Refused{err}
}

// limits reports whether a 403 is a limit: the page that GitHub links for a secondary limit has changed its address
// more than once, the words and the headers have stayed.
func limits(h http.Header, message string) bool {
	message = strings.ToLower(message)
	return h.Get("Retry-After") != "" || h.Get("X-RateLimit-Remaining") == "0" ||
		strings.Contains(message, "rate limit") || strings.Contains(message, "abuse detection")
}

// untilOf is when the headers say that the limit ends, the zero time where they don't: docs, "Rate limits for the REST
// API".
func untilOf(h http.Header, now time.Time) time.Time {
	if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil {
		return now.Add(time.Duration(min(seconds, int(longestPause/time.Second))) * time.Second)
	}
	if at, err := http.ParseTime(h.Get("Retry-After")); err == nil {
		return here(at, h, now)
	}
	if h.Get("X-RateLimit-Remaining") == "0" {
		if at, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			return here(time.Unix(at, 0), h, now)
		}
	}
	return time.Time{}
}

// here is a time of GitHub's clock by the machine's, which may be another: who believes that a limit is over asks on and on.
func here(at time.Time, h http.Header, now time.Time) time.Time {
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil && !at.IsZero() {
		return now.Add(at.Sub(theirs))
	}
	return at
}

// pause bounds until: at least a second away, so that nobody spins, and not for ever.
func pause(until, now time.Time) time.Time {
	switch {
	case until.IsZero():
		return now.Add(defaultPause)
	case until.Before(now.Add(time.Second)):
		return now.Add(time.Second)
	case until.After(now.Add(longestPause)):
		return now.Add(longestPause)
	}
	return until
}
