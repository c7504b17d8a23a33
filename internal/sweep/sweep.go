// Package sweep finds what GitHub did not tell: open pull requests whose head has no finished gate, and deliveries that
// were not taken. It asks for looks and for redelivery; it decides and shows nothing itself.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/gate"
)

// GitHub lists what there is.
type GitHub interface {
	// Installations lists those that are not suspended.
	Installations(ctx context.Context) ([]int64, error)
	// Repositories lists those of an installation that take pull requests.
	Repositories(ctx context.Context, installation int64) ([]gate.RepoTarget, error)
	// Heads lists the open pull requests of repositories of one installation, and how many calls that took.
	Heads(ctx context.Context, installation int64, repos []gate.RepoTarget) (open []gate.Standing, calls int, err error)
}

// Store knows where pull requests stand.
type Store interface {
	// Standing lists the open pull requests of a repository that have a report.
	Standing(ctx context.Context, repo string) ([]gate.Standing, error)
	// Due lists the open pull requests whose report time alone has changed.
	Due(ctx context.Context, at time.Time, limit int) ([]gate.Target, error)
}

// Shown tells what is on GitHub.
type Shown interface {
	// Shows reports whether the gate's check run is known to stand on a pull request's head.
	Shows(ctx context.Context, t gate.Target, head string) (bool, error)
}

// Queue takes work that nobody waits for at this moment.
type Queue interface {
	Sweep(ctx context.Context, w gate.Work) error
}

// batch is how many repositories one call asks for.
const batch = 20

// Sweeper sweeps. Its methods are called by one goroutine.
type Sweeper struct {
	GitHub GitHub
	Store  Store
	Shown  Shown
	Queue  Queue
	Budget int // calls of one sweep to one installation; what is left is swept the next time
	Log    zerolog.Logger

	reached map[int64]string // by installation: the repository up to which the last sweep came
}

// Swept is what a sweep saw.
type Swept struct {
	Installations, Repositories, Pulls int
	Found                              int // pull requests that are looked at because of it
	Calls                              int
	Left                               int // repositories that the budget did not reach
}

// Sweep goes through everything that is installed, as far as the budgets go. What goes wrong with one installation keeps
// no other from being swept.
func (s *Sweeper) Sweep(ctx context.Context) (Swept, error) {
	var total Swept
	if s.reached == nil {
		s.reached = map[int64]string{}
	}
	installations, err := s.GitHub.Installations(ctx)
	total.Calls++
	if err != nil {
		return total, fmt.Errorf("sweep: %w", err)
	}
	var errs []error
	for _, id := range installations {
		if err := s.installation(ctx, id, &total); err != nil {
			errs = append(errs, fmt.Errorf("sweep of installation %d: %w", id, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	total.Installations = len(installations)
	return total, errors.Join(errs...)
}

func (s *Sweeper) installation(ctx context.Context, id int64, total *Swept) error {
	repos, err := s.GitHub.Repositories(ctx, id)
	calls := 1 + len(repos)/100
	defer func() { total.Calls += calls }()
	if err != nil {
		return err
	}
	repos = from(repos, s.reached[id])
	for len(repos) > 0 && calls < s.Budget {
		some := repos[:min(batch, len(repos))]
		open, used, err := s.GitHub.Heads(ctx, id, some)
		calls += max(used, 1)
		if err != nil {
			return err
		}
		total.Repositories += len(some)
		total.Pulls += len(open)
		for _, repo := range some {
			if err := s.repository(ctx, repo, open, total); err != nil {
				return err
			}
		}
		s.reached[id], repos = some[len(some)-1].Repo, repos[len(some):]
	}
	total.Left += len(repos)
	if len(repos) == 0 {
		delete(s.reached, id)
	}
	return nil
}

// from is repos by name, those behind after first: what the last sweep did not reach.
func from(repos []gate.RepoTarget, after string) []gate.RepoTarget {
	repos = slices.Clone(repos)
	slices.SortFunc(repos, func(a, b gate.RepoTarget) int { return strings.Compare(a.Repo, b.Repo) })
	i := slices.IndexFunc(repos, func(r gate.RepoTarget) bool { return r.Repo > after })
	if i <= 0 {
		return repos
	}
	return slices.Concat(repos[i:], repos[:i])
}

// repository asks for a look at what is open and not finished, and at what was open and is no more.
func (s *Sweeper) repository(ctx context.Context, repo gate.RepoTarget, open []gate.Standing, total *Swept) error {
	known, err := s.Store.Standing(ctx, repo.Repo)
	if err != nil {
		return err
	}
	var work gate.Work
	listed := map[int]bool{}
	for _, o := range open {
		if o.Repo != repo.Repo {
			continue
		}
		listed[o.Number] = true
		finished, err := s.finished(ctx, o, known)
		if err != nil {
			return err
		}
		if !finished {
			work.Pulls = append(work.Pulls, o.Target)
		}
	}
	for _, k := range known {
		if !listed[k.Number] {
			work.Pulls = append(work.Pulls, gate.Target{Installation: repo.Installation, Repo: k.Repo, Number: k.Number})
		}
	}
	if work.Empty() {
		return nil
	}
	total.Found += len(work.Pulls)
	s.Log.Info().Str("repo", repo.Repo).Int("pulls", len(work.Pulls)).Msg("sweep found pull requests to look at")
	return s.Queue.Sweep(ctx, work)
}

// finished reports whether a pull request was decided on as it is, and the decision is shown.
func (s *Sweeper) finished(ctx context.Context, o gate.Standing, known []gate.Standing) (bool, error) {
	i := slices.IndexFunc(known, func(k gate.Standing) bool { return k.Number == o.Number })
	if i < 0 || known[i].Head != o.Head || known[i].Base != o.Base || known[i].Decision == gate.Unsure {
		return false, nil
	}
	return s.Shown.Shows(ctx, o.Target, o.Head)
}

// most is how many pull requests are looked at again at one time because time has passed.
const most = 500

// Wake asks for a look at the pull requests whose report time alone has changed: a waiver ended.
func (s *Sweeper) Wake(ctx context.Context, now time.Time) error {
	due, err := s.Store.Due(ctx, now, most)
	if err != nil || len(due) == 0 {
		return err
	}
	s.Log.Info().Int("pulls", len(due)).Msg("time has passed for pull requests")
	return s.Queue.Sweep(ctx, gate.Work{Pulls: due})
}
