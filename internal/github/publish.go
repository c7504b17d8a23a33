package github

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/digest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

// Publisher shows reports on GitHub. One report twice changes nothing, and costs no call.
type Publisher struct {
	client *Client
	memory Memory
	public *url.URL
	log    zerolog.Logger
}

var _ gate.Publisher = (*Publisher)(nil)

// NewPublisher makes a Publisher. public is the address of Sluice's own pages, for the details link of check runs;
// empty for none.
func NewPublisher(c *Client, m Memory, public string, log zerolog.Logger) (*Publisher, error) {
	p := &Publisher{client: c, memory: m, log: log}
	if public != "" {
		u, err := url.Parse(public)
		if err != nil || u.Host == "" {
			return nil, errors.New("SLUICE_PUBLIC_URL is no URL: write it like https://sluice.example.com")
		}
		p.public = u
	}
	return p, nil
}

// act is one publishing: where, and how often GitHub was written to.
type act struct {
	*Publisher
	installation int64
	repo         string // as GitHub was asked for it
	number       int    // of the pull request; 0 for a merge group
	writes       int
	besides      notes // what is to be remembered with the first that was written, the gate's check run
}

// Publish shows r on its pull request: the gate's check run, one for each check where the policy wants them and an agent
// took part, and the digest. What one of them runs into doesn't keep the others from being shown, a limit apart.
func (p *Publisher) Publish(ctx context.Context, t gate.Target, r *gate.Report) error {
	a := &act{Publisher: p, installation: t.Installation, repo: t.Repo, number: t.Number}
	started := p.client.cfg.Now()
	quiet := *r
	quiet.At = time.Time{} // the time of day alone is no news
	err := a.publish(ctx, t, &quiet)
	a.report(p.log.With().Int("pull", t.Number).Logger(), r, started)
	return err
}

// PublishGroup puts the gate's check run on a merge group's head: without one the queue waits until it gives up. One that
// the policy now gives another name is taken back under the old one.
func (p *Publisher) PublishGroup(ctx context.Context, g gate.Group, r *gate.Report) error {
	a := &act{Publisher: p, installation: g.Installation, repo: g.Repo}
	started := p.client.cfg.Now()
	quiet := *r
	quiet.At = time.Time{}
	err := a.publishGroup(ctx, g, &quiet)
	a.report(p.log, r, started)
	return err
}

func (a *act) publishGroup(ctx context.Context, g gate.Group, r *gate.Report) error {
	key, before := groupKey(g.Repo, g.HeadSHA), shown{}
	if _, err := a.recall(ctx, key, &before); err != nil {
		return err
	}
	pieces := []*piece{a.piece(gateRun(r, g.HeadSHA, "group", ""))}
	now := shown{SHA: g.HeadSHA, Gate: pieces[0].run.Name}
	if before.Gate != "" && before.Gate != now.Gate {
		old := voided(before.Gate, r, 0)
		old.External = "group"
		pieces = append(pieces, a.takenBack(old))
	}
	to := gate.Target{Installation: g.Installation, Repo: g.Repo}
	errs := []error{a.show(ctx, &place{seen: a.client.take(to, g.HeadSHA), target: to, head: g.HeadSHA}, pieces)}
	for _, p := range pieces {
		errs = append(errs, p.err)
	}
	if err := joined(errs); err != nil || before.Gate == now.Gate {
		return err
	}
	return a.remember(ctx, notes{key: now})
}

func (a *act) report(log zerolog.Logger, r *gate.Report, started time.Time) {
	if a.writes > 0 {
		log.Info().Str("repo", a.repo).Str("sha", r.Head).Str("decision", string(r.Decision)).Int("writes", a.writes).
			Dur("took", a.client.cfg.Now().Sub(started)).Msg("report published")
	}
}

func (a *act) publish(ctx context.Context, t gate.Target, r *gate.Report) error {
	pieces := []*piece{a.piece(gateRun(r, r.Head, fmt.Sprintf("pull %d", t.Number), a.details(t.Repo, t.Number)))}
	for _, name := range each(r) {
		by, v := strictest(r, name)
		pieces = append(pieces, a.piece(checkRun(by, v, a.details(t.Repo, by.Pull))))
	}
	before, now, err := a.shown(ctx, t.Number, r, pieces)
	if err != nil {
		return err
	}
	retired := a.retire(before, now, t.Number, r)
	if len(retired) == 0 && hash(before) != hash(now) {
		a.besides = notes{shownKey(a.repo, t.Number): now} // a transaction less
	}
	pieces = append(pieces, retired...)
	pieces = append(pieces, digestOf(t.Repo, t.Number, r))
	err = a.show(ctx, &place{seen: a.client.take(t, r.Head), target: t, head: r.Head}, pieces)
	errs := []error{err}
	for _, p := range pieces {
		errs = append(errs, p.err)
	}
	if len(retired) == 0 && a.besides == nil {
		before = now
	}
	if err != nil || pieces[0].err != nil {
		now.Failed = a.client.cfg.Now()
	}
	// What is not taken back yet must be known at the next try.
	taken := !slices.ContainsFunc(retired, func(p *piece) bool { return p.err != nil || !p.done() })
	if taken && hash(before) != hash(now) {
		errs = append(errs, a.remember(ctx, notes{shownKey(a.repo, t.Number): now}))
	}
	return joined(errs)
}

func (a *act) piece(r *run) *piece { return &piece{key: runKey(a.repo, r.SHA, r.Name), run: r} }

// joined is one error of several. One that another try may mend hides those that it won't: they come again.
func joined(errs []error) error {
	var permanent interface{ Permanent() bool }
	again := slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err == nil || errors.As(err, &permanent) })
	if len(again) > 0 {
		return errors.Join(again...)
	}
	return errors.Join(errs...)
}

// details is the address of a pull request's page, empty without a public one.
func (p *Publisher) details(repo string, number int) string {
	if p.public == nil || number == 0 {
		return ""
	}
	return p.public.JoinPath(repo, "pull", fmt.Sprint(number)).String()
}

// gateRun is the gate's own check run.
func gateRun(r *gate.Report, sha, external, details string) *run {
	text := digest.CheckRun(r)
	return newRun(r.Policy.CheckName, sha, external, details, string(r.Conclusion), text)
}

// checkRun is the check run of one check.
func checkRun(r *gate.Report, v *gate.Verdict, details string) *run {
	return newRun(eachPrefix+v.Check, r.Head, fmt.Sprintf("pull %d", r.Pull), details, conclusionOf(r, v), digest.CheckRunFor(r, v))
}

// conclusionOf is what one verdict means to branch protection, if somebody requires the check by itself.
func conclusionOf(r *gate.Report, v *gate.Verdict) string {
	switch {
	case v.Outcome == check.Pass:
		return "success"
	case v.Outcome == check.Skip:
		return "skipped"
	case r.Policy.Mode == policy.Observe || v.Level != policy.Require || v.Waived != nil:
		return "neutral"
	case v.Waits:
		return "action_required"
	case v.Outcome == check.Fail:
		return "failure"
	}
	return "action_required" // it could not judge
}

// shown are the check runs that a pull request has on its head commit.
type shown struct {
	SHA   string   `json:"sha"`
	Gate  string   `json:"gate"`
	Names []string `json:"names"` // of the checks' own
	// Failed is when the gate's check run could not be written, the zero time where it could.
	Failed time.Time `json:"failed,omitzero"`
}

// shown recalls what the pull request showed before, and says what it is to show now.
func (a *act) shown(ctx context.Context, number int, r *gate.Report, pieces []*piece) (before, now shown, err error) {
	now = shown{SHA: r.Head, Gate: pieces[0].run.Name}
	for _, p := range pieces[1:] {
		now.Names = append(now.Names, p.run.Name)
	}
	_, err = a.recall(ctx, shownKey(a.repo, number), &before)
	return before, now, err
}

// retire takes back, on the same head, what an earlier report showed and this one doesn't: checks that the policy no
// longer asks for, and the gate's verdict for a base that the pull request no longer goes to. What another pull request
// shows on that commit stays.
func (a *act) retire(before, now shown, number int, r *gate.Report) []*piece {
	if before.SHA != now.SHA {
		return nil
	}
	var out []*piece
	for _, name := range before.Names {
		if !slices.Contains(now.Names, name) && !othersShow(r, name) {
			out = append(out, a.takenBack(retired(name, r.Head, number)))
		}
	}
	if before.Gate != now.Gate && !othersShow(r, before.Gate) {
		out = append(out, a.takenBack(voided(before.Gate, r, number)))
	}
	return out
}

// takenBack is a check run that changes where it stands, and isn't made where it never did.
func (a *act) takenBack(r *run) *piece {
	p := a.piece(r)
	p.taken = true
	return p
}

func retired(name, sha string, number int) *run {
	return newRun(name, sha, fmt.Sprintf("pull %d", number), "", "skipped", digest.CheckRunText{
		Title:   "Not asked for any more",
		Summary: "The policy no longer asks for this check here, or no agent is found in the pull request any more.",
	})
}

// voided is never a conclusion that lets pass.
func voided(name string, r *gate.Report, number int) *run {
	return newRun(name, r.Head, fmt.Sprintf("pull %d", number), "", string(gate.ActionRequired), digest.CheckRunText{
		Title: "Void: the pull request goes elsewhere now",
		Summary: "This verdict was for another base branch or under another name. The one that counts is `" +
			strings.ReplaceAll(r.Policy.CheckName, "`", "'") + "`.",
	})
}
