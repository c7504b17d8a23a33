package sandbox

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Sample is a sample pull request.
type Sample struct {
	ID     string // the name of its file
	Repo   string
	Number int
	Title  string
	Why    string // why it exists, one sentence
	Want   Want
}

// LoadSamples reads every *.txtar of files and makes what must be there before the pull requests: organisations,
// repositories, issues. [Sandbox.OpenSamples] opens them.
func (s *Sandbox) LoadSamples(files fs.FS) error {
	names, err := fs.Glob(files, "*.txtar")
	if err != nil {
		return err
	}
	var all []*scenario
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sc, err := parseScenario(strings.TrimSuffix(path.Base(name), ".txtar"), data)
		if err != nil {
			return err
		}
		all = append(all, sc)
	}
	for _, sc := range all {
		if err := s.prepare(sc); err != nil {
			return fmt.Errorf("%s: %w", sc.id, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.samples = append(s.samples, all...)
	return nil
}

// Samples lists the samples in the order of their files.
func (s *Sandbox) Samples() []Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Sample
	for _, sc := range s.samples {
		out = append(out, Sample{ID: sc.id, Repo: sc.pull.Repo, Number: sc.pull.Number, Title: sc.pull.Title, Why: sc.why, Want: sc.want})
	}
	return out
}

// OpenSamples opens every sample, one after the other, and lets happen what is to happen to it then.
func (s *Sandbox) OpenSamples() error {
	for _, sample := range s.Samples() {
		if err := s.OpenSample(sample.ID); err != nil {
			return err
		}
	}
	return nil
}

// OpenSample opens one sample.
func (s *Sandbox) OpenSample(id string) error {
	s.mu.Lock()
	at := slices.IndexFunc(s.samples, func(sc *scenario) bool { return sc.id == id })
	if at < 0 {
		s.mu.Unlock()
		return fmt.Errorf("the sandbox has no sample %q", id)
	}
	sc := s.samples[at]
	s.mu.Unlock()
	if err := s.open(sc); err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	return nil
}

// prepare makes the repository of a sample and what is in it, with the gate's check run required. Samples may share a
// repository where they agree on it.
func (s *Sandbox) prepare(sc *scenario) error {
	organisation, _, _ := strings.Cut(sc.pull.Repo, "/")
	if err := s.put(sc.pull.Repo, sc.base, sc.pull.Private); err != nil {
		return err
	}
	if len(sc.org) > 0 {
		if err := s.put(organisation+"/.github", sc.org, false); err != nil {
			return err
		}
	}
	if err := s.Require(sc.pull.Repo, "sluice: main"); err != nil {
		return err
	}
	for _, branch := range sc.pull.Branches {
		if err := s.AddBranch(sc.pull.Repo, branch, ""); err != nil {
			return err
		}
	}
	if sc.pull.Fork != "" {
		if err := s.AddRepo(Repo{Name: sc.pull.Fork, Fork: sc.pull.Repo, At: began}); err != nil {
			return err
		}
	}
	for _, login := range sc.pull.Members {
		s.AddMember(organisation, login)
		if err := s.SetRole(sc.pull.Repo, login, "write"); err != nil {
			return err
		}
	}
	if err := s.access(sc); err != nil {
		return err
	}
	for _, n := range slices.Sorted(maps.Keys(sc.issues)) {
		i := sc.issues[n]
		_, err := s.AddIssue(Issue{
			Repo: sc.pull.Repo, Number: n, Title: i.Title, Body: strings.TrimSpace(i.Body), Author: i.Author, State: i.State,
			Assignees: i.Assignees, Assigner: i.Assigner, At: began.Add(time.Hour),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// access makes teams, roles and properties.
func (s *Sandbox) access(sc *scenario) error {
	organisation, _, _ := strings.Cut(sc.pull.Repo, "/")
	for _, slug := range slices.Sorted(maps.Keys(sc.pull.Teams)) {
		for _, login := range sc.pull.Teams[slug] {
			s.AddMember(organisation, login, slug)
		}
	}
	for _, login := range slices.Sorted(maps.Keys(sc.pull.Roles)) {
		if err := s.SetRole(sc.pull.Repo, login, sc.pull.Roles[login]); err != nil {
			return err
		}
	}
	for name, value := range sc.pull.Properties {
		if err := s.SetProperty(sc.pull.Repo, name, value); err != nil {
			return err
		}
	}
	return nil
}

// put makes a repository with files, or checks that the one that is there agrees with them.
func (s *Sandbox) put(full string, texts map[string]string, private bool) error {
	files := map[string]File{}
	for path, text := range texts {
		files[path] = File{Text: text}
	}
	s.mu.Lock()
	old := s.repos[lower(full)]
	if old == nil {
		s.mu.Unlock()
		return s.AddRepo(Repo{Name: full, Files: files, Private: private, At: began})
	}
	defer s.mu.Unlock()
	at := s.objects.commits[old.branches[old.main]]
	for path, text := range texts {
		if e, there := at.files[path]; !there || string(s.objects.blobs[e.sha]) != text {
			return fmt.Errorf("another sample has %s without %s, or with another text", full, path)
		}
	}
	return nil
}

// open opens the pull request of a sample and lets happen what follows.
func (s *Sandbox) open(sc *scenario) error {
	p := sc.pull
	_, err := s.Open(Pull{
		Repo: p.Repo, Number: p.Number, Title: p.Title, Body: sc.body, Author: p.Author, Head: p.Branch, HeadRepo: p.Fork, Base: p.Base,
		Draft: p.Draft, Labels: p.Labels, Assignees: p.Assignees, Assigner: p.Assigner, Reviewers: p.Reviewers, Teams: p.AskTeams, Linked: p.Links, Commits: s.changes(sc),
	})
	if err != nil {
		return err
	}
	for i := range p.Reviews {
		if err := s.review(sc, &p.Reviews[i]); err != nil {
			return err
		}
	}
	for _, next := range p.Then {
		if err := s.happen(sc, next); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sandbox) changes(sc *scenario) []Change {
	commits := sc.pull.Commits
	if len(commits) == 0 {
		commits = []commitFile{{Message: sc.pull.Title, Author: sc.pull.Author}}
	}
	writes := share(commits, sc.writes())
	var out []Change
	for i, c := range commits {
		change := Change{
			Message: strings.TrimSpace(c.Message), Author: s.line(c.Author), Signed: c.Signed, Write: writes[i],
			At: began.Add(2*time.Hour + time.Duration(i)*time.Minute),
		}
		if c.Committer != "" {
			change.Committer = s.line(c.Committer)
		}
		if i == len(commits)-1 {
			change.Remove = sc.removes()
		}
		out = append(out, change)
	}
	return out
}

// line is a commit's line from "Name <address>" or from a login.
func (s *Sandbox) line(who string) Signature {
	if name, email, is := strings.Cut(who, " <"); is {
		return Signature{Name: name, Email: strings.TrimSuffix(email, ">")}
	}
	return s.Identity(who)
}

func (s *Sandbox) happen(sc *scenario, next then) error {
	repo, number := sc.pull.Repo, sc.pull.Number
	switch {
	case next.Retarget != "":
		return s.Retarget(repo, number, next.Retarget)
	case next.Queue:
		_, err := s.QueueMerge(repo, number)
		return err
	case next.Edit != "":
		return s.Edit(repo, number, "", next.Edit)
	case next.Push != nil:
		files := map[string]File{}
		for path, text := range next.Push.Write {
			files[path] = File{Text: text}
		}
		_, err := s.Push(repo, number, Change{Message: next.Push.Message, Author: s.line(next.Push.Author), Write: files})
		return err
	case next.Comment != nil:
		_, err := s.Comment(repo, number, next.Comment.By, next.Comment.Body)
		return err
	case next.Assign != nil:
		to := next.Assign.Issue
		if to == 0 {
			to = number
		}
		return s.AssignAs(next.Assign.By, repo, to, next.Assign.To, !next.Assign.Gone)
	case next.Review != nil:
		return s.review(sc, next.Review)
	}
	return fmt.Errorf("%s: a step under \"then\" says nothing", sc.id)
}

// review submits a review of the pull request as it stands.
func (s *Sandbox) review(sc *scenario, rv *reviewFile) error {
	sha := ""
	if rv.Commit > 0 {
		s.mu.Lock()
		p, err := s.pull(sc.pull.Repo, sc.pull.Number)
		var own []*commit
		if err == nil {
			own = s.commits(p)
		}
		s.mu.Unlock()
		if err != nil {
			return err
		}
		if rv.Commit > len(own) {
			return fmt.Errorf("a review is of commit %d, and there are %d", rv.Commit, len(own))
		}
		sha = own[rv.Commit-1].sha
	}
	return s.ReviewAt(sc.pull.Repo, sc.pull.Number, rv.By, rv.State, rv.Body, sha)
}
