package sandbox

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"
)

func TestListsComeInPages(t *testing.T) {
	s := begin(t, Options{})
	for range 5 {
		_, err := s.Comment("acme/api", 12, "mira", "one more")
		must(t, err)
	}
	c := client(t, s, "acme")
	opts := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: 2}}
	seen := map[int64]bool{}
	for {
		list, resp, err := c.Issues.ListComments(t.Context(), "acme", "api", 12, opts)
		must(t, err)
		for _, m := range list {
			seen[m.GetID()] = true
		}
		if resp.NextPage == 0 {
			break
		}
		opts.Page = resp.NextPage
	}
	if len(seen) != 5 {
		t.Errorf("got %d comments over the pages, want 5", len(seen))
	}
}

// An answer that did not change costs nothing when its ETag is shown; one that did is sent anew.
func TestConditionalRequests(t *testing.T) {
	s := begin(t, Options{})
	token := bearer(t, s, "acme")
	get := func(etag string) (int, string, string) {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.APIURL()+"repos/acme/api/pulls/12", nil)
		must(t, err)
		req.Header.Set("Authorization", "token "+token)
		req.Header.Set("If-None-Match", etag)
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		_ = resp.Body.Close()
		return resp.StatusCode, resp.Header.Get("ETag"), resp.Header.Get("X-RateLimit-Used")
	}
	_, etag, used := get("")
	status, _, after := get(etag)
	if status != 304 || after != used {
		t.Errorf("got %d, %s of the limit used after %s; want 304 for nothing", status, after, used)
	}
	must(t, s.Edit("acme/api", 12, "Another title", ""))
	if status, _, _ := get(etag); status != 200 {
		t.Errorf("got %d after a change, want 200", status)
	}
}

func TestTheHoursCallsRunOut(t *testing.T) {
	s := begin(t, Options{RateLimit: 2})
	c := client(t, s, "acme")
	var err error
	for range 3 {
		_, _, err = c.Repositories.Get(t.Context(), "acme", "api")
	}
	var limit *github.RateLimitError
	if !errors.As(err, &limit) || limit.Rate.Remaining != 0 || limit.Rate.Reset.Before(time.Now()) {
		t.Errorf("got %v, want a rate limit error with its end", err)
	}
}

// Each mood does what it says, is counted, and ends.
func TestFaults(t *testing.T) {
	s := begin(t, Options{})
	c := client(t, s, "acme")
	_, _, err := c.Repositories.Get(t.Context(), "acme", "api") // has a token from here on
	must(t, err)
	post := func(ctx context.Context) (*github.Response, error) {
		_, resp, err := c.Issues.CreateComment(ctx, "acme", "api", 12, &github.IssueComment{Body: github.String("digest")})
		return resp, err
	}
	for _, f := range []struct {
		fault   Fault
		status  int // 0 for none
		written int
	}{
		{Fault{Kind: Status, Status: 503}, 503, 0},
		{Fault{Kind: Reset}, 0, 0},
		{Fault{Kind: LostReply}, 0, 1},
		{Fault{Kind: Unsaid, Status: 500}, 500, 1},
		{Fault{Kind: Secondary, Retry: time.Minute}, 403, 0},
		{Fault{Kind: TooMany}, 429, 0},
		{Fault{Kind: Primary}, 403, 0},
		{Fault{Kind: Slow, Delay: time.Millisecond}, 201, 1},
	} {
		f.fault.Method, f.fault.Path, f.fault.Times = "POST", "/comments", 1
		before := len(s.Comments("acme/api", 12))
		s.Inject(f.fault)
		// A client of its own, for go-github stops asking once it was told of a limit.
		c = client(t, s, "acme")
		resp, err := post(t.Context())
		got := 0
		if resp != nil {
			got = resp.StatusCode
		}
		if written := len(s.Comments("acme/api", 12)) - before; got != f.status || written != f.written {
			t.Errorf("%s: got %d (%v) and %d comments, want %d and %d", f.fault.Kind, got, err, written, f.status, f.written)
		}
		if n := s.Faults()[f.fault.Kind]; n != 1 {
			t.Errorf("%s struck %d times, want once", f.fault.Kind, n)
		}
		s.Heal()
	}
	s.SetLatency(20 * time.Millisecond)
	began := time.Now()
	_, err = post(t.Context())
	must(t, err)
	if took := time.Since(began); took < 20*time.Millisecond {
		t.Errorf("it took %v, want the latency", took)
	}
	s.SetLatency(0)
	s.Inject(Fault{Kind: Hang, Path: "/comments"})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := post(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want no answer", err)
	}
}

// Requests that GitHub's description does not allow are kept, with what is wrong; two habits of the clients are not.
func TestDepartures(t *testing.T) {
	s := begin(t, Options{})
	if s.Unchecked() != "" {
		t.Skip(s.Unchecked())
	}
	token := bearer(t, s, "acme")
	if got := s.Departures(); len(got) != 0 {
		t.Fatalf("got %v of ghinstallation's and go-github's own calls, want none", got)
	}
	ask(t, s, token, "GET", "/repos/acme/api/pulls?sate=open", nil)
	ask(t, s, token, "GET", "/repos/acme/api/pulls?state=opened", nil)
	ask(t, s, token, "POST", "/repos/acme/api/issues/12/comments", obj{"text": "no body"})
	ask(t, s, token, "GET", "/repos/acme/api/nothing", nil)
	query(t, s, token, `{ repository(owner: "acme", name: "api") { titel } }`, nil)
	got := strings.Join(s.Departures(), "\n")
	for _, want := range []string{`"sate"`, `"state"`, `"body"`, "/nothing", `"titel"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no departure says %s:\n%s", want, got)
		}
	}
}

// The sandbox works without the description and says that it checks nothing.
func TestWithoutADescription(t *testing.T) {
	s := begin(t, Options{Description: "/nowhere/openapi.json"})
	if !strings.Contains(s.Unchecked(), "/nowhere/openapi.json") {
		t.Errorf("got %q, want the missing file named", s.Unchecked())
	}
	ask(t, s, bearer(t, s, "acme"), "GET", "/repos/acme/api/pulls?sate=open", nil)
	if got := s.Departures(); len(got) != 0 {
		t.Errorf("got %v, want nothing held against nothing", got)
	}
}
