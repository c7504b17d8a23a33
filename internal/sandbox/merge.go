package sandbox

import (
	"fmt"
	"maps"

	"github.com/sluicegate/sluice/internal/pull"
)

// QueueMerge puts pull requests into the merge queue of their base, in order, and sends "merge_group checks_requested"
// for each: its group is built on the one before it. It returns the last group's head commit.
func (s *Sandbox) QueueMerge(repo string, numbers ...int) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	head := ""
	for _, n := range numbers {
		p, err := s.pull(repo, n)
		if err != nil {
			return "", err
		}
		if p.state != pull.Open || p.draft {
			return "", fmt.Errorf("%s#%d is closed or a draft: GitHub queues neither", repo, n)
		}
		head = s.enqueue(p).head
	}
	return head, nil
}

func (s *Sandbox) enqueue(p *pullRequest) *mergeGroup {
	g := &mergeGroup{base: p.baseName, baseSHA: p.repo.branches[p.baseName], pull: p, at: s.now()}
	for _, before := range p.repo.queue {
		if before.base == g.base {
			g.baseSHA = before.head
		}
	}
	g.head = s.merge(g.baseSHA, p).sha
	g.ref = fmt.Sprintf("gh-readonly-queue/%s/pr-%d-%s", g.base, p.number, g.baseSHA)
	p.repo.branches[g.ref] = g.head
	p.repo.queue = append(p.repo.queue, g)
	s.send(p.repo, "merge_group", "checks_requested", s.groupEvent(p.repo, g))
	return g
}

// merge makes the commit that merges a pull request into tip, on no branch.
func (s *Sandbox) merge(tip string, p *pullRequest) *commit {
	files := s.objects.commits[tip].files.clone()
	for _, f := range s.compare(tip, p.head) {
		if f.Previous != "" {
			delete(files, f.Previous)
		}
		delete(files, f.Path)
	}
	from := s.objects.tree(s.objects.mergeBase(tip, p.head))
	maps.Copy(files, changedFrom(from, s.objects.tree(p.head)))
	flow := s.account(webFlow).git()
	flow.When = s.now()
	by := p.author.git()
	by.When = flow.When
	return s.objects.addCommit(&commit{
		message: fmt.Sprintf("Merge pull request #%d from %s\n\n%s", p.number, p.headName, p.title),
		author:  by, committer: flow, parents: []string{tip, p.head}, files: files, signed: true, networks: []string{p.repo.network},
	})
}

// changedFrom is what to has that from has not, or has otherwise.
func changedFrom(from, to flat) flat {
	out := flat{}
	for path, e := range to {
		if from[path] != e {
			out[path] = e
		}
	}
	return out
}

// Merge merges a pull request as login and sends "push" and "closed".
func (s *Sandbox) Merge(repo string, number int, login string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pull(repo, number)
	if err != nil {
		return err
	}
	if p.state != pull.Open {
		return fmt.Errorf("%s#%d is closed", repo, number)
	}
	if why := s.blocked(p); why != "" {
		return fmt.Errorf("%s#%d: %s", repo, number, why)
	}
	s.mergePull(p, s.account(login))
	return nil
}

func (s *Sandbox) mergePull(p *pullRequest, by *account) {
	before := p.repo.branches[p.baseName]
	c := s.merge(before, p)
	p.set(pull.Closed)
	p.base, p.merged, p.closed, p.updated = before, s.now(), s.now(), s.now()
	p.mergedBy, p.mergeCommit = by, c.sha
	p.repo.branches[p.baseName] = c.sha
	for _, i := range s.closing(p) {
		i.set(pull.Closed)
		i.reason, i.closed = "completed", s.now()
		s.send(i.repo, "issues", "closed", s.issueEvent(i, nil))
	}
	s.pushed(p.repo, p.baseName, before, by)
	s.send(p.repo, "pull_request", "closed", s.pullEvent(p, by, nil))
}

// DropGroup destroys the merge group with that head and sends "merge_group destroyed". reason is GitHub's word,
// "merged", "invalidated" or "dequeued".
func (s *Sandbox) DropGroup(repo, head, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return err
	}
	for i, g := range r.queue {
		if g.head == head {
			r.queue = append(r.queue[:i:i], r.queue[i+1:]...)
			delete(r.branches, g.ref)
			event := s.groupEvent(r, g)
			event["reason"] = reason
			s.send(r, "merge_group", "destroyed", event)
			return nil
		}
	}
	return fmt.Errorf("%s has no merge group with head %s", repo, head)
}
