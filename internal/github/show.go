package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/digest"
	"github.com/sluicegate/sluice/internal/gate"
)

const (
	// maxTries bounds how often one thing is written: a check run takes more than once where it has more annotations than
	// one request takes.
	maxTries = 3 + digest.MaxAnnotations/perRequest
	// settling is how long a comment that was just written may be missing from GitHub's lists, which lag. One that is
	// missing later was deleted.
	settling = time.Minute
)

// piece is one thing that is to stand on GitHub: a check run, or the digest.
type piece struct {
	key   string // in the memory
	run   *run   // nil for the digest
	body  string // the digest's
	taken bool   // there is nothing to say any more: what stands says so, nothing is made

	trace trace
	kept  []byte // the trace as it is remembered, nil where nothing is
	begun bool   // there is a trace: what it says may have been done
	lost  bool   // GitHub has it no more, and that is sure
	err   error  // what the last try ran into
}

// place is where pieces go, and what of them GitHub has already.
type place struct {
	seen
	target gate.Target
	head   string
}

// done reports whether nothing has to be written.
func (p *piece) done() bool {
	switch {
	case p.err != nil:
		return true
	case p.trace.Node == "":
		return p.taken && (p.lost || !p.begun)
	case p.run != nil:
		return p.trace.Content == hash(p.run) && len(p.run.unsent(&p.trace)) == 0
	}
	return p.trace.Content == hash(p.body)
}

// show makes all pieces stand on GitHub. What is right already costs no call, the rest one for each batch; what came of
// an earlier try whose answer was lost is looked up first. An error of one piece doesn't keep the others from being
// shown: it is kept in the piece. The error that is returned ends the showing.
func (a *act) show(ctx context.Context, pl *place, pieces []*piece) error {
	if err := a.recallTraces(ctx, pieces); err != nil {
		return err
	}
	if anew(ctx) {
		for _, p := range pieces {
			if p.run != nil && !p.taken {
				p.trace.Content = ""
			}
		}
	}
	tries, most := map[*piece]int{}, perWrite
	if slices.ContainsFunc(pieces, func(p *piece) bool { return p.begun && p.trace.Node == "" }) {
		most = perCarefulWrite
	}
	pl.meet(pieces, a.client.cfg.Now())
	for {
		pending := slices.DeleteFunc(slices.Clone(pieces), (*piece).done)
		if len(pending) == 0 {
			return nil
		}
		if err := a.find(ctx, pl, pending); err != nil {
			return err
		}
		if pending = slices.DeleteFunc(pending, (*piece).done); len(pending) == 0 {
			return nil
		}
		// What was not written yet goes first; what has annotations left fills up.
		slices.SortStableFunc(pending, func(p, q *piece) int { return tries[p] - tries[q] })
		batch := pending[:min(len(pending), most)]
		if err := a.write(ctx, pl, batch); err != nil {
			return err
		}
		for _, p := range batch {
			if tries[p]++; tries[p] == maxTries && !p.done() {
				p.err = &Temporary{errors.New("GitHub keeps losing what is written")}
			}
		}
	}
}

func (a *act) recallTraces(ctx context.Context, pieces []*piece) error {
	keys := make([]string, len(pieces))
	for i, p := range pieces {
		keys[i] = p.key
	}
	recalled, err := a.memory.RecallAll(ctx, keys)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		if err := noted(recalled, p.key, &p.trace); err != nil {
			return err
		}
		p.kept = recalled[p.key]
		p.begun = p.kept != nil
	}
	return nil
}

// meet lays what was seen on GitHub beside what is remembered: a check run that nobody remembers, or a newer one of the
// same name, is taken over; a digest that somebody deleted is known to be gone.
func (pl *place) meet(pieces []*piece, now time.Time) {
	if pl.ours == nil {
		return
	}
	for _, p := range pieces {
		if p.run == nil {
			deleted := pl.ours.whole && !slices.Contains(pl.ours.comments, p.trace.Node) && now.Sub(p.trace.At) > settling
			if p.trace.Node != "" && deleted {
				p.trace, p.lost = trace{}, true
			}
			continue
		}
		found, there := pl.ours.runs[p.run.Name]
		switch {
		case !there:
			p.lost = p.lost || p.begun && p.trace.Node == ""
		case found.id != p.trace.Node:
			p.trace = trace{Node: found.id, Sent: hashes(p.run.annotations[:min(found.annotations, len(p.run.annotations))])}
		case len(p.trace.Sending) > 0:
			if found.annotations >= len(p.trace.Sent)+len(p.trace.Sending) {
				p.trace.Sent = append(p.trace.Sent, p.trace.Sending...)
			}
			p.trace.Sending = nil
		}
	}
}

// doubtful reports whether GitHub alone knows what came of an earlier try.
func (p *piece) doubtful() bool {
	if p.trace.Node != "" {
		return len(p.trace.Sending) > 0
	}
	return !p.lost && (p.begun || p.run == nil)
}

// find makes sure that what is pending can be written: that GraphQL's ids are known, and whether there is already what an
// earlier try began.
func (a *act) find(ctx context.Context, pl *place, pending []*piece) error {
	doubtful := slices.ContainsFunc(pending, (*piece).doubtful)
	comments := slices.ContainsFunc(pending, func(p *piece) bool { return p.run == nil })
	if pl.repository == "" || comments && pl.pull == "" || doubtful && pl.ours == nil {
		if err := a.look(ctx, pl); err != nil {
			return err
		}
		pl.meet(pending, a.client.cfg.Now())
	}
	for _, p := range pending {
		if p.run != nil || p.trace.Node != "" || p.lost {
			continue
		}
		none := pl.ours != nil && pl.ours.whole && len(pl.ours.comments) == 0 && (!p.begun || !pl.ours.bots)
		if !none {
			id, err := a.findComment(ctx, pl.target.Number)
			if err != nil {
				return fmt.Errorf("digest: %w", err)
			}
			p.trace = trace{Node: id}
		}
		p.lost = p.trace.Node == ""
	}
	return nil
}

type anewKey struct{}

// Anew has what is published with the context it returns write each check run once, though it says what stands already:
// when somebody asks for one again, GitHub shows its suite as queued until the App updates it (docs, "Rerequest a check
// run").
func Anew(ctx context.Context) context.Context { return context.WithValue(ctx, anewKey{}, true) }

func anew(ctx context.Context) bool { return ctx.Value(anewKey{}) != nil }

type shownAnswer struct {
	Repository *struct {
		ID          string
		Object      *tip
		PullRequest *struct {
			ID       string
			Comments *written
		}
	}
}

// look asks GitHub what of ours is there.
func (a *act) look(ctx context.Context, pl *place) error {
	owner, name, err := split(a.repo)
	if err != nil {
		return err
	}
	var answer shownAnswer
	problems, err := a.client.query(ctx, a.installation, a.repo, queries["shown"], map[string]any{
		"owner": owner, "name": name, "number": pl.target.Number, "sha": pl.head, "app": a.client.AppID(), "comments": pl.target.Number != 0,
	}, &answer)
	switch {
	case err != nil:
	case len(problems) > 0:
		err = problems[0].err()
	case answer.Repository == nil:
		err = &Gone{errors.New("GitHub no longer shows the repository")}
	case answer.Repository.Object == nil:
		err = &Temporary{fmt.Errorf("GitHub does not show the commit %s", short(pl.head))}
	case answer.Repository.PullRequest == nil && pl.target.Number != 0:
		err = &Gone{errors.New("GitHub no longer shows the pull request")}
	}
	if err != nil {
		return fmt.Errorf("look for what was published: %w", err)
	}
	r := answer.Repository
	pl.repository = r.ID
	var comments *written
	if r.PullRequest != nil {
		pl.pull, comments = r.PullRequest.ID, r.PullRequest.Comments
	}
	a.client.ids(pl.target, r.ID, pl.pull)
	if pl.ours = oursOf(r.Object.runs(), comments); pl.ours == nil {
		return &Temporary{errors.New("look for what was published: GitHub does not show the check runs")}
	}
	return nil
}
