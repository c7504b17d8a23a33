package gitlocal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/pull"
)

// logFormat is one commit as NUL-separated fields: git allows no NUL in any of them. With it go the notes that
// withNotes names.
const logFormat = "--format=tformat:%H%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%N%x00%B"

// withNotes has git print the notes of the git-ai standard, and no others, wherever the clone's settings point.
var withNotes = []string{"--no-notes", "--notes=refs/notes/ai"}

// logFields is how many fields logFormat has.
const logFields = 10

// commits lists what is on to and not on from, oldest first. Nothing is vouched for in a clone: no commit has an account
// or a verified signature.
func (c *Clone) commits(ctx context.Context, from, to string) ([]pull.Commit, error) {
	out, err := c.git(ctx, slices.Concat([]string{"log", "-z", "--reverse", "--topo-order", "--no-show-signature", logFormat}, withNotes, []string{from + ".." + to})...)
	if err != nil {
		return nil, err
	}
	values := fields(out)
	if len(values)%logFields != 0 {
		return nil, fmt.Errorf("git log: %d fields do not make whole commits", len(values))
	}
	var commits []pull.Commit
	for ; len(values) > 0; values = values[logFields:] {
		commits = append(commits, commitOf(values[:logFields]))
	}
	return commits, nil
}

func commitOf(f []string) pull.Commit {
	return pull.Commit{
		SHA: f[0], Parents: strings.Fields(f[1]), Message: strings.TrimRight(f[9], "\n"), Sessions: agent.GitAI(f[8]),
		Author:    pull.Person{Name: f[2], Email: f[3], When: when(f[4])},
		Committer: pull.Person{Name: f[5], Email: f[6], When: when(f[7])},
	}
}

// when reads git's strict ISO form; a date that git itself calls impossible is left zero.
func when(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
