package approvals

import (
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/people"
	"github.com/sluicegate/sluice/internal/pull"
)

// The states of a review that decide. A comment leaves an earlier decision standing, as on GitHub.
const (
	approved  = "approved"
	changes   = "changes_requested"
	dismissed = "dismissed"
)

// newest are the last decisive reviews of each account, in the order in which they were given.
func newest(reviews []pull.Review) []pull.Review {
	last := map[string]int{} // by id or login; of one account both may be seen
	keys := func(a pull.Account) []string {
		login := strings.ToLower(a.Login)
		if a.ID == 0 {
			return []string{login}
		}
		return []string{people.Key(a), login}
	}
	drop := map[int]bool{}
	for i := range reviews {
		switch reviews[i].State {
		case approved, changes, dismissed:
		default:
			continue
		}
		for _, key := range keys(reviews[i].Author) {
			if before, seen := last[key]; seen && people.Same(reviews[before].Author, reviews[i].Author) {
				drop[before] = true
			}
			last[key] = i
		}
	}
	var out []pull.Review
	for i := range reviews {
		switch reviews[i].State {
		case approved, changes, dismissed:
			if !drop[i] {
				out = append(out, reviews[i])
			}
		}
	}
	return out
}

// read sorts the reviews: what stands against the change, what may count for it, and what does not with the reason.
func (s *signing) read() {
	same := s.identity()
	for _, v := range newest(s.pull.Reviews) {
		switch {
		case v.State == dismissed:
		case v.State == changes:
			s.object(v)
		case v.Author.Zero():
			s.note("An approval does not count: its account is gone.")
		case people.Bot(v.Author):
			s.refuse(v.Author, "it is a bot, and people sign", "")
		case !s.side.Person(v.Author):
			s.refuse(v.Author, "an agent works by that account, and people sign", "")
		case s.side.Why(v.Author) != "":
			s.refuse(v.Author, fmt.Sprintf("they have a part in the change (%s), so somebody else signs", s.side.Why(v.Author)), "")
		case !s.mayWrite(&v):
			s.refuse(v.Author, "they may not write to "+s.pull.Repo, "")
		case v.SHA == "" || v.SHA != s.pull.Head.SHA && !same(&v):
			s.refuse(v.Author, s.stale(&v), fmt.Sprintf("Ask %s to look at the change as it is now.", name(v.Author)))
		default:
			s.valid = append(s.valid, v)
		}
	}
}

// object notes a request for changes. Only that of a person who may write stands against the change, as on GitHub.
func (s *signing) object(v pull.Review) {
	switch {
	case !s.side.Person(v.Author):
		s.note(fmt.Sprintf("%s, a bot, asks for changes. It does not hold the gate.", name(v.Author)))
	case !s.mayWrite(&v):
		s.note(fmt.Sprintf("%s asks for changes, and may not write to %s. It does not hold the gate.", name(v.Author), s.pull.Repo))
	default:
		s.against = append(s.against, v)
	}
}

// mayWrite reports whether the author of a review may write to the base repository: GitHub says so beside the review, and
// in the list of those who may.
func (s *signing) mayWrite(v *pull.Review) bool {
	return v.CanPush || s.pull.Known.Has(pull.WithCollaborators) && s.collaborators.has(v.Author)
}

// identity tells whether an approval was given for the change as it is now. The change is looked at once, and only where
// an approval is for an older commit.
func (s *signing) identity() func(*pull.Review) bool {
	read, now := false, ""
	return func(v *pull.Review) bool {
		if v.Change == "" || !s.pull.Known.Has(pull.WithFiles|pull.WithPatches) {
			return false
		}
		if !read {
			read, now = true, pull.Identity(s.pull.Files)
		}
		return now != "" && v.Change == now
	}
}

func (s *signing) stale(v *pull.Review) string {
	switch {
	case v.SHA == "":
		return "it was for a commit that GitHub does not name"
	case v.Change == "" || !s.pull.Known.Has(pull.WithFiles|pull.WithPatches):
		return fmt.Sprintf("it was for an older commit, %s, and whether the change is still the same could not be read", short(v.SHA))
	}
	return fmt.Sprintf("it was for an older commit, %s, and the change is another one since", short(v.SHA))
}

func (s *signing) refuse(a pull.Account, why, fix string) {
	s.refused = append(s.refused, check.Finding{Message: fmt.Sprintf("The approval of %s does not count: %s.", name(a), why), Fix: fix})
}

func (s *signing) note(message string) {
	s.refused = append(s.refused, check.Finding{Message: message})
}

func short(sha string) string { return sha[:min(len(sha), 7)] }
