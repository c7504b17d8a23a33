package github

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

// asks says what an event asks for. An error is a payload that makes no sense.
type asks func(h *translator, p *payload) (gate.Work, error)

// events are all that Sluice handles: by event, by action. "" is the action of an event that has none. An event or an
// action that isn't here is answered and left. A check run's and a comment's own events of ours are not here, or ask for
// nothing, so that no act of Sluice's makes another.
var events = map[string]map[string]asks{
	"pull_request": {
		"opened": thePull, "reopened": thePull, "synchronize": thePull,
		"edited":           thePull, // with changes.base it was retargeted: a verdict for the old base is void
		"ready_for_review": thePull, "converted_to_draft": thePull,
		"labeled": theLabel, "unlabeled": theLabel, "assigned": thePull, "unassigned": thePull,
		"review_requested": thePull, "review_request_removed": thePull, // GitHub asks owners just after opening
		"closed": theClosing,
	},
	"pull_request_review": {"submitted": thePull, "dismissed": thePull, "edited": thePull},
	"issue_comment":       {"created": theCommand, "edited": theEdit, "deleted": theDeletion},
	"issues": {
		"opened": theIssue, "edited": theIssue, "closed": theIssue, "reopened": theIssue, "deleted": theIssue,
		"transferred": theIssue, "labeled": theIssue, "unlabeled": theIssue, "assigned": theIssue, "unassigned": theIssue,
	},
	"check_run":   {"rerequested": theRun, "requested_action": theRun},
	"check_suite": {"rerequested": theSuite},
	"merge_group": {"checks_requested": theGroup, "destroyed": theGroupsEnd},
	"push":        {"": thePush},
	"installation": {
		"created": theInstallation, "new_permissions_accepted": theInstallation, "unsuspend": theInstallation,
		"deleted": theDeparture, "suspend": theDeparture,
	},
	"installation_repositories": {"added": theRepositories, "removed": theDeparture},
}

// translator turns payloads into work.
type translator struct{ app int64 }

// work is what a delivery asks for. An action that isn't handled asks for nothing, whatever its payload looks like.
func (h *translator) work(event, action string, body []byte) (gate.Work, *payload, error) {
	ask := events[event][action]
	if ask == nil {
		return gate.Work{}, nil, nil
	}
	p, err := decodePayload(body)
	if err != nil {
		return gate.Work{}, nil, err
	}
	if p.Repository.FullName != "" {
		if _, _, err := split(p.Repository.FullName); err != nil {
			return gate.Work{}, nil, err
		}
	}
	w, err := ask(h, p)
	return w, p, err
}

func thePull(_ *translator, p *payload) (gate.Work, error) {
	if p.PullRequest == nil {
		return gate.Work{}, fmt.Errorf("no pull request is named")
	}
	if p.PullRequest.State == "closed" {
		return gate.Work{}, nil // a label on a closed one, or the like
	}
	if head := p.PullRequest.Head.SHA; head != "" {
		if err := checkSHA(head); err != nil {
			return gate.Work{}, err
		}
	}
	t, err := p.target(p.PullRequest.Number)
	return gate.Work{Pulls: []gate.Target{t}}, err
}

// theClosing has a pull request looked at once more: nobody waits for its gate, but another one with the same head commit may
// have had to bear its verdict.
func theClosing(_ *translator, p *payload) (gate.Work, error) {
	if p.PullRequest == nil {
		return gate.Work{}, fmt.Errorf("no pull request is named")
	}
	t, err := p.target(p.PullRequest.Number)
	return gate.Work{Pulls: []gate.Target{t}}, err
}

func theIssue(_ *translator, p *payload) (gate.Work, error) {
	if p.Issue == nil {
		return gate.Work{}, fmt.Errorf("no issue is named")
	}
	if p.Issue.PullRequest != nil {
		return gate.Work{}, nil // it has an event of its own
	}
	t, err := p.target(p.Issue.Number)
	return gate.Work{Issues: []gate.IssueTarget{gate.IssueTarget(t)}}, err
}

// theRun is somebody's click on a check run's "Re-run". GitHub names no pull requests for a fork's head, and can name too
// few where two share it: they are found by the commit.
func theRun(h *translator, p *payload) (gate.Work, error) {
	if p.CheckRun == nil {
		return gate.Work{}, fmt.Errorf("no check run is named")
	}
	if h.foreign(p.CheckRun.App) {
		return gate.Work{}, nil
	}
	suite := p.CheckRun.CheckSuite
	if suite == nil {
		suite = &payloadSuite{}
	}
	return head(p, p.CheckRun.HeadSHA, suite.HeadBranch)
}

func theSuite(h *translator, p *payload) (gate.Work, error) {
	if p.CheckSuite == nil {
		return gate.Work{}, fmt.Errorf("no check suite is named")
	}
	if h.foreign(p.CheckSuite.App) {
		return gate.Work{}, nil
	}
	return head(p, p.CheckSuite.HeadSHA, p.CheckSuite.HeadBranch)
}

// foreign reports whether a check run is another App's.
func (h *translator) foreign(app *struct{ ID int64 }) bool { return app != nil && app.ID != h.app }

// head is the work on a commit: that of whatever pull requests have it as their head, and a merge group's where it may be
// one.
func head(p *payload, sha, branch string) (gate.Work, error) {
	if err := checkSHA(sha); err != nil {
		return gate.Work{}, err
	}
	in, err := p.repo("")
	if err != nil {
		return gate.Work{}, err
	}
	w := gate.Work{Heads: []gate.HeadTarget{{Installation: in.Installation, Repo: in.Repo, SHA: sha}}}
	if m := queueRef.FindStringSubmatch(branch); m != nil {
		w.Groups = []gate.Group{{Installation: in.Installation, Repo: in.Repo, Base: m[1], HeadSHA: sha, HeadRef: "refs/heads/" + branch}}
	}
	return w, nil
}

func theGroup(_ *translator, p *payload) (gate.Work, error) {
	g := p.MergeGroup
	if g == nil {
		return gate.Work{}, fmt.Errorf("no merge group is named")
	}
	in, err := p.repo("")
	if err != nil {
		return gate.Work{}, err
	}
	base, ok := branchOf(g.BaseRef)
	if !ok || !queueRef.MatchString(g.HeadRef) {
		return gate.Work{}, fmt.Errorf("a merge group from %.300q to %.300q", g.HeadRef, g.BaseRef)
	}
	for _, s := range []string{g.HeadSHA, g.BaseSHA} {
		if err := checkSHA(s); err != nil {
			return gate.Work{}, err
		}
	}
	return gate.Work{Groups: []gate.Group{{
		Installation: in.Installation, Repo: in.Repo, Base: base, BaseSHA: g.BaseSHA, HeadSHA: g.HeadSHA, HeadRef: g.HeadRef,
	}}}, nil
}

// theGroupsEnd is that of a merge group which was merged, taken out of the queue or built anew with other members.
func theGroupsEnd(h *translator, p *payload) (gate.Work, error) {
	w, err := theGroup(h, p)
	return gate.Work{Gone: w.Groups}, err
}

// thePush matters where the trusted side changed: the policy, the owners or the template on a branch that pull requests go to, the
// organisation's policy for all of them.
func thePush(_ *translator, p *payload) (gate.Work, error) {
	if p.Ref == "" {
		return gate.Work{}, fmt.Errorf("no branch is named")
	}
	base, ok := branchOf(p.Ref)
	if !ok || p.Deleted {
		return gate.Work{}, nil // a tag, or nothing is left
	}
	in, err := p.repo(base)
	if err != nil {
		return gate.Work{}, err
	}
	organisation := strings.HasSuffix(in.Repo, "/.github") && base == p.Repository.DefaultBranch && in.Installation != 0
	switch {
	case organisation && (p.isNew() || p.governs()):
		return gate.Work{Installations: []int64{in.Installation}}, nil
	case !organisation && p.governs():
		return gate.Work{Repos: []gate.RepoTarget{in}}, nil
	}
	return gate.Work{}, nil
}

// isNew reports whether a push made its branch.
func (p *payload) isNew() bool { return p.Created || strings.Trim(p.Before, "0") == "" }

const (
	// cutCommits is where a push's list of commits may have been cut off; docs, "Webhook events and payloads", say 20 of
	// some and 2,048 of others.
	cutCommits = 20
	cutFiles   = 3000 // where a commit's lists of files may have been
)

// governs reports whether a push changed, or may have changed, what Sluice reads from a base. Of a new branch only what the
// lists say counts: each agent begins with one, and nothing goes to it yet. Where a base was renamed, the sweep finds what
// goes to it.
func (p *payload) governs() bool {
	if !p.isNew() && (p.Forced || len(p.Commits) >= cutCommits) {
		return true // what the lists say is not all
	}
	for _, c := range p.Commits {
		for _, list := range [][]string{c.Added, c.Modified, c.Removed} {
			if len(list) >= cutFiles || slices.ContainsFunc(list, governs1) {
				return true
			}
		}
	}
	return false
}

func governs1(file string) bool {
	folder, name := path.Split(file)
	switch {
	case file == policy.Path:
		return true
	case folder == "", folder == ".github/", folder == "docs/":
		return name == "CODEOWNERS" || name == "PULL_REQUEST_TEMPLATE.md" || name == "pull_request_template.md"
	}
	return false
}

// theInstallation came, came back or may do more now. Its payload's list of repositories isn't relied on: GitHub leaves
// it out for some actions.
func theInstallation(_ *translator, p *payload) (gate.Work, error) {
	id, err := p.installation()
	return gate.Work{Installations: []int64{id}, Administration: p.administration("installation", id)}, err
}

// theDeparture leaves nothing to look at: it is for the ledger.
func theDeparture(_ *translator, p *payload) (gate.Work, error) {
	id, err := p.installation()
	what := "installation"
	if p.RepositoriesRemoved != nil || p.RepositorySelection != "" {
		what = "installation_repositories"
	}
	return gate.Work{Administration: p.administration(what, id)}, err
}

// administration is an act on an installation, in GitHub's words.
func (p *payload) administration(event string, id int64) []gate.Administration {
	a := gate.Administration{Installation: id, Act: event + " " + p.Action}
	if p.Sender != nil && login.MatchString(p.Sender.Login) {
		a.By = p.Sender.Login
	}
	for _, list := range [][]payloadRepository{p.RepositoriesAdded, p.RepositoriesRemoved} {
		for _, r := range list {
			if _, _, err := split(r.FullName); err == nil {
				a.Repos = append(a.Repos, r.FullName)
			}
		}
	}
	return []gate.Administration{a}
}

func theRepositories(_ *translator, p *payload) (gate.Work, error) {
	id, err := p.installation()
	if err != nil {
		return gate.Work{}, err
	}
	w := gate.Work{Administration: p.administration("installation_repositories", id)}
	if p.RepositorySelection == "all" {
		w.Installations = []int64{id}
		return w, nil
	}
	for _, r := range p.RepositoriesAdded {
		if _, _, err := split(r.FullName); err != nil {
			return gate.Work{}, err
		}
		w.Repos = append(w.Repos, gate.RepoTarget{Installation: id, Repo: r.FullName})
	}
	return w, nil
}
