package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

// counter is the port Generations on a table of its own: the queue's tests don't need the store.
type counter struct{}

func (counter) BumpGeneration(ctx context.Context, tx database.Tx, subject string) (n int64, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO asked (subject, n) VALUES ($1, 1)
		ON CONFLICT (subject) DO UPDATE SET n = asked.n + 1 RETURNING n`, subject).Scan(&n)
	return n, err
}

func (counter) Generation(ctx context.Context, tx database.Tx, subject string) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT coalesce(max(n), 0) FROM asked WHERE subject = $1`, subject).Scan(&n)
	return n, err
}

func (counter) SameGeneration(ctx context.Context, tx database.Tx, subject string, n int64) (bool, error) {
	rows, err := tx.Exec(ctx, `UPDATE asked SET n = n WHERE subject = $1 AND n = $2`, subject, n)
	return rows == 1, err
}

// prepare opens a database with the tables that the tests need.
func prepare(t testing.TB, url string) *database.DB {
	t.Helper()
	db := databasetest.Open(t, url)
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	err := db.Update(t.Context(), func(tx database.Tx) error {
		_, err := tx.Exec(t.Context(), `CREATE TABLE IF NOT EXISTS asked (subject TEXT PRIMARY KEY, n BIGINT NOT NULL)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// nothing handles everything by doing nothing. A test sets what it looks at.
func nothing() Handlers {
	return Handlers{
		Pull:         func(context.Context, gate.Target, int) error { return nil },
		Group:        func(context.Context, gate.Group, int) error { return nil },
		Repo:         func(context.Context, gate.RepoTarget) (gate.Work, error) { return gate.Work{}, nil },
		Head:         func(context.Context, gate.HeadTarget) (gate.Work, error) { return gate.Work{}, nil },
		Issue:        func(context.Context, gate.IssueTarget) (gate.Work, error) { return gate.Work{}, nil },
		Installation: func(context.Context, int64) (gate.Work, error) { return gate.Work{}, nil },
	}
}

func newQueue(t testing.TB, db *database.DB, h Handlers, o Options) *Queue {
	t.Helper()
	if o.Retry == 0 {
		o.Retry = 10 * time.Millisecond
	}
	o.Log = zerolog.New(zerolog.NewTestWriter(t))
	q, err := New(db, counter{}, h, o)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// started starts the queue until the test ends.
func started(t testing.TB, q *Queue) *Queue {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, q) })
	return q
}

func stop(t testing.TB, q *Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
	defer cancel()
	if err := q.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func ask(t testing.TB, q *Queue, w gate.Work) {
	t.Helper()
	if err := q.db.Update(t.Context(), func(tx database.Tx) error { return q.Insert(t.Context(), tx, w) }); err != nil {
		t.Fatal(err)
	}
}

func idle(t testing.TB, q *Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := q.Idle(ctx); err != nil {
		t.Fatal(err)
	}
}

func pulls(numbers ...int) (w gate.Work) {
	for _, n := range numbers {
		w.Pulls = append(w.Pulls, gate.Target{Installation: 1, Repo: "acme/api", Number: n})
	}
	return w
}

// seen counts calls by a name.
type seen struct {
	mu sync.Mutex
	n  map[string]int
}

func (s *seen) add(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n == nil {
		s.n = map[string]int{}
	}
	s.n[name]++
	return s.n[name]
}

func (s *seen) of(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n[name]
}

func TestEachKindIsDone(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		var calls seen
		more := func(name string, w gate.Work) (gate.Work, error) {
			calls.add(name)
			return w, nil
		}
		h := Handlers{
			Pull: func(_ context.Context, p gate.Target, attempt int) error {
				calls.add(fmt.Sprintf("pull %s#%d of %d, attempt %d", p.Repo, p.Number, p.Installation, attempt))
				return nil
			},
			Group: func(_ context.Context, g gate.Group, attempt int) error {
				calls.add(fmt.Sprintf("group %+v, attempt %d", g, attempt))
				return nil
			},
			Repo: func(_ context.Context, r gate.RepoTarget) (gate.Work, error) {
				return more(fmt.Sprintf("repo %s %s", r.Repo, r.Base), pulls(1, 2))
			},
			Head: func(_ context.Context, h gate.HeadTarget) (gate.Work, error) {
				return more("head "+h.SHA, pulls(3))
			},
			Issue: func(_ context.Context, i gate.IssueTarget) (gate.Work, error) {
				return more(fmt.Sprintf("issue %s#%d", i.Repo, i.Number), gate.Work{})
			},
			Installation: func(_ context.Context, id int64) (gate.Work, error) {
				return more(fmt.Sprintf("installation %d", id), gate.Work{Repos: []gate.RepoTarget{{Installation: id, Repo: "acme/api", Base: "main"}}})
			},
		}
		q := started(t, newQueue(t, prepare(t, url), h, Options{}))
		g := gate.Group{Installation: 1, Repo: "acme/api", Base: "main", BaseSHA: "b", HeadSHA: "h", HeadRef: "refs/heads/gh-readonly-queue/main/pr-9-b"}
		ask(t, q, gate.Work{
			Pulls: pulls(9).Pulls, Groups: []gate.Group{g}, Installations: []int64{1},
			Heads:  []gate.HeadTarget{{Installation: 1, Repo: "acme/api", SHA: "3333"}},
			Issues: []gate.IssueTarget{{Installation: 1, Repo: "acme/api", Number: 5}},
		})
		idle(t, q)
		for _, want := range []string{
			"pull acme/api#9 of 1, attempt 1", "pull acme/api#1 of 1, attempt 1", "pull acme/api#2 of 1, attempt 1",
			"pull acme/api#3 of 1, attempt 1", fmt.Sprintf("group %+v, attempt 1", g), "repo acme/api main", "head 3333",
			"issue acme/api#5", "installation 1",
		} {
			if got := calls.of(want); got != 1 {
				t.Errorf("%s: %d times, want once", want, got)
			}
		}
		if len(calls.n) != 9 {
			t.Errorf("more was done than was asked for: %v", calls.n)
		}
	})
}

// A delivery and its jobs are one: where the transaction is rolled back there is neither.
func TestNothingWithoutItsTransaction(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		h.Pull = func(context.Context, gate.Target, int) error { calls.add("pull"); return nil }
		q := started(t, newQueue(t, prepare(t, url), h, Options{}))
		refused := errors.New("refused")
		err := q.db.Update(t.Context(), func(tx database.Tx) error {
			if err := q.Insert(t.Context(), tx, pulls(1, 2)); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Errorf("error %v, want the caller's own", err)
		}
		if d, err := q.Depth(t.Context()); err != nil || d != (Depth{}) {
			t.Errorf("depth %+v, %v; want nothing", d, err)
		}
		idle(t, q)
		if got := calls.of("pull"); got != 0 {
			t.Errorf("%d pull requests were looked at, want none", got)
		}
	})
}

// A push that arrives while the one before is looked at must not get lost as a duplicate: forty of them make few runs,
// and the last run begins after the last push.
func TestBurst(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		var mu sync.Mutex
		head, judged, together, most := 0, 0, 0, 0
		h.Pull = func(ctx context.Context, _ gate.Target, _ int) error {
			calls.add("pull")
			mu.Lock()
			together++
			most = max(most, together)
			now := head
			mu.Unlock()
			time.Sleep(50 * time.Millisecond) // the work
			mu.Lock()
			judged = now
			together--
			mu.Unlock()
			return nil
		}
		q := started(t, newQueue(t, prepare(t, url), h, Options{}))
		for range 40 {
			mu.Lock()
			head++
			mu.Unlock()
			ask(t, q, pulls(1))
			time.Sleep(5 * time.Millisecond)
		}
		idle(t, q)
		mu.Lock()
		defer mu.Unlock()
		if judged != head {
			t.Errorf("the last head judged is %d, want %d", judged, head)
		}
		if most != 1 {
			t.Errorf("%d jobs looked at one pull request at once, want one", most)
		}
		if got := calls.of("pull"); got < 2 || got > 12 {
			t.Errorf("%d runs for 40 pushes in 200 ms, want a few", got)
		}
	})
}

// A new job is known at once, on SQLite too: nobody waits for the next look.
func TestNewJobsAreTold(t *testing.T) {
	q := started(t, newQueue(t, prepare(t, databasetest.SQLite(t)), nothing(), Options{Poll: time.Hour}))
	for n := range 20 {
		ask(t, q, pulls(n))
		idle(t, q)
	}
}

// A merge group is one, whether the event names its base's commit or not; and a name twice in one list is one.
func TestOneJobForOneThing(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		h.Group = func(_ context.Context, g gate.Group, _ int) error { calls.add("group " + g.HeadSHA); return nil }
		h.Pull = func(_ context.Context, p gate.Target, _ int) error {
			calls.add(fmt.Sprint("pull ", p.Number))
			return nil
		}
		q := newQueue(t, prepare(t, url), h, Options{})
		full := gate.Group{Installation: 1, Repo: "acme/api", Base: "main", BaseSHA: "b", HeadSHA: "h", HeadRef: "refs/heads/gh-readonly-queue/main/pr-9-b"}
		bare, other := full, full
		bare.BaseSHA, other.HeadSHA = "", "i"
		w := pulls(1, 2, 1)
		w.Groups = []gate.Group{full, bare, other}
		ask(t, q, w)
		ask(t, q, gate.Work{Groups: []gate.Group{bare}})
		started(t, q)
		idle(t, q)
		for _, name := range []string{"group h", "group i", "pull 1", "pull 2"} {
			if got := calls.of(name); got != 1 {
				t.Errorf("%s: %d times, want once", name, got)
			}
		}
	})
}
