package main

// subject is a pull request as it should be seen.
type subject struct {
	repo   string
	number int
	branch string
	agent  bool
	good   bool // its text; an agent's alone counts
	base   string
	open   bool
	queued string   // the head of its merge group; nothing happens to it any more
	twin   *subject // it began with this one's head commit, or the other way round
}

// want is the conclusion that the gate should come to on p alone.
func (p *subject) want() string {
	if p.agent && !p.good {
		return "failure"
	}
	return "success"
}

func (p *subject) body() string {
	if p.good {
		return good
	}
	return bad
}

// collides reports whether p with another base would be a pull request of one branch to one base beside its twin, which
// GitHub refuses.
func (p *subject) collides(base string) bool {
	return p.twin != nil && p.twin.branch == p.branch && p.twin.base == base
}

// strictest is the conclusion of all that share a commit: failure where one of them has it.
func strictest(all []*subject) string {
	for _, p := range all {
		if p.want() == "failure" {
			return "failure"
		}
	}
	return "success"
}
