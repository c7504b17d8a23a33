package sandbox

import (
	"bytes"
	"cmp"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is a mood of GitHub's that the sandbox takes on. Every call that it matches meets it, with the given chance, as
// often as Times says.
type Fault struct {
	Kind    FaultKind
	Method  string        // "POST"; every method where empty
	Path    string        // a part of the path, "/check-runs"; every path where empty
	Body    string        // a part of the body, "mutation"; every body where empty
	Chance  float64       // 0 to 1; always where 0
	Times   int           // without end where 0
	Status  int           // of [Status] and [Unsaid]; 502 where 0
	Delay   time.Duration // of [Slow], before a [Hang] ends, a minute where 0, and before a [LostReply] is noticed
	Retry   time.Duration // Retry-After of [Secondary] and [TooMany]; no such header where 0
	matched int
}

// FaultKind is what goes wrong.
type FaultKind string

// The kinds of faults.
const (
	Status    FaultKind = "status"     // an error of the server's, without doing anything
	Slow      FaultKind = "slow"       // done, after a delay
	Reset     FaultKind = "reset"      // the connection is closed without doing anything
	LostReply FaultKind = "lost reply" // done, then the connection is closed without an answer
	Unsaid    FaultKind = "unsaid"     // done, then answered with an error of the server's
	Cut       FaultKind = "cut"        // done, then answered with the first half of the answer
	Hang      FaultKind = "hang"       // no answer until the caller gives up or the delay is over; nothing is done
	Primary   FaultKind = "primary"    // 403: the hour's calls are used up
	Secondary FaultKind = "secondary"  // 403: too much at once
	TooMany   FaultKind = "too many"   // 429
)

// faults are the moods in force and how often each struck.
type faults struct {
	mu     sync.Mutex
	list   []*Fault
	counts map[FaultKind]int
	random *rand.Rand
	delay  time.Duration
}

// Inject puts a fault into force. Of several that match a call the first one that strikes does.
func (s *Sandbox) Inject(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &f)
}

// SetLatency sets what every call takes longer, beside any fault.
func (s *Sandbox) SetLatency(d time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.delay = d
}

// Heal ends all faults. The counts stay.
func (s *Sandbox) Heal() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// Faults counts the faults that really struck, by kind.
func (s *Sandbox) Faults() map[FaultKind]int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	out := map[FaultKind]int{}
	for kind, n := range s.faults.counts {
		out[kind] = n
	}
	return out
}

// strike picks the fault that a call meets, nil for none, and says how long every call takes longer.
func (f *faults) strike(r *http.Request) (*Fault, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range f.list {
		if fault.Method != "" && fault.Method != r.Method || !strings.Contains(r.URL.Path, fault.Path) || fault.Times > 0 && fault.matched >= fault.Times {
			continue
		}
		if fault.Body != "" && !strings.Contains(bodyOf(r), fault.Body) {
			continue
		}
		if f.random == nil {
			// The same moods in every run, so that what failed can be seen again.
			f.random, f.counts = rand.New(rand.NewPCG(1, 2)), map[FaultKind]int{} //nolint:gosec // no secret
		}
		if fault.Chance > 0 && f.random.Float64() >= fault.Chance {
			continue
		}
		fault.matched++
		f.counts[fault.Kind]++
		return fault, f.delay
	}
	return nil, f.delay
}

// bodyOf reads a request's body and leaves it to be read again.
func bodyOf(r *http.Request) string {
	data, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return ""
	}
	r.Body = io.NopCloser(bytes.NewReader(data))
	return string(data)
}

// faulty is next with the faults in front of it.
func (s *Sandbox) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, delay := s.faults.strike(r)
		if delay > 0 {
			wait(r, delay)
		}
		if f == nil {
			next.ServeHTTP(w, r)
			return
		}
		switch f.Kind {
		case Slow:
			wait(r, f.Delay)
			next.ServeHTTP(w, r)
		case Hang:
			wait(r, cmp.Or(f.Delay, time.Minute))
			hangUp(w)
		case Reset:
			hangUp(w)
		case LostReply:
			next.ServeHTTP(&nobody{header: http.Header{}}, r)
			wait(r, f.Delay)
			hangUp(w)
		case Cut:
			whole := &nobody{header: w.Header()}
			next.ServeHTTP(whole, r)
			_, _ = w.Write(whole.Bytes()[:whole.Len()/2]) // the caller may be gone
		case Unsaid:
			next.ServeHTTP(&nobody{header: http.Header{}}, r)
			s.refusal(w, f)
		default:
			s.refusal(w, f)
		}
	})
}

func wait(r *http.Request, d time.Duration) {
	select {
	case <-r.Context().Done():
	case <-time.After(d):
	}
}

// hangUp closes the connection in the middle of the call.
func hangUp(http.ResponseWriter) { panic(http.ErrAbortHandler) }

// refusal writes the answer of a fault that has one (docs, "Rate limits for the REST API").
func (s *Sandbox) refusal(w http.ResponseWriter, f *Fault) {
	status, message := http.StatusForbidden, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
	switch f.Kind {
	case Status, Unsaid:
		status, message = f.Status, "Server Error"
		if status == 0 {
			status = http.StatusBadGateway
		}
	case Primary:
		message = "API rate limit exceeded for installation."
		w.Header().Set("X-RateLimit-Limit", strconv.Itoa(s.opts.RateLimit))
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", decimal(s.now().Add(max(f.Retry, time.Second)).Unix()))
	case TooMany:
		status = http.StatusTooManyRequests
	}
	if f.Retry > 0 && f.Kind != Primary {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.Retry.Seconds())))
	}
	rep := refuse(status, message)
	if f.Kind == Secondary || f.Kind == TooMany {
		rep.body.(obj)["documentation_url"] = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
	}
	write(w, &call{}, rep)
}

// nobody takes an answer that gets lost.
type nobody struct {
	header http.Header
	bytes.Buffer
}

func (n *nobody) Header() http.Header { return n.header }

func (n *nobody) WriteHeader(int) {}
