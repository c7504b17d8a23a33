package jobs

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// longestWait is the longest that a limit is believed. It is asked again then.
const longestWait = time.Hour

// limits are the installations that GitHub limits: their jobs don't even begin, and those of others have the workers to
// themselves.
type limits struct {
	mu   sync.Mutex
	ends map[int64]time.Time
}

// set notes a limit and answers its end.
func (l *limits) set(installation int64, until, now time.Time) time.Time {
	if latest := now.Add(longestWait); until.After(latest) {
		until = latest
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ends == nil {
		l.ends = map[int64]time.Time{}
	}
	l.ends[installation] = until
	return until
}

// until is the end of an installation's limit, where there is one.
func (l *limits) until(installation int64, now time.Time) (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until, ok := l.ends[installation]
	if ok && !until.After(now) {
		delete(l.ends, installation)
		return time.Time{}, false
	}
	return until, ok
}

// snooze puts a job off until then, and a little: those that wait for the same don't all come in one moment.
func (q *Queue) snooze(until time.Time) error {
	wait := max(until.Sub(q.options.Now()), 0)
	return river.JobSnooze(wait + rand.N(wait/10+100*time.Millisecond)) //nolint:gosec // no secret hangs on it
}

// backoff is the pause after a failure.
type backoff struct {
	first, longest time.Duration
	now            func() time.Time
}

// NextRetry is when a job that just failed is tried again: the pause doubles up to the longest, and differs by a quarter
// up or down, so that what failed together isn't tried together.
func (b *backoff) NextRetry(job *rivertype.JobRow) time.Time {
	return b.now().Add(b.pause(job.Attempt))
}

func (b *backoff) pause(attempt int) time.Duration {
	pause := b.longest
	if doublings := attempt - 1; doublings < 30 {
		pause = min(pause, b.first<<max(doublings, 0))
	}
	return pause*3/4 + rand.N(pause/2+1) //nolint:gosec // no secret hangs on it
}
