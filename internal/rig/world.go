package rig

import (
	"fmt"

	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// Permissions are those that the App asks for, as the sandbox writes them.
func Permissions() map[string]string {
	out := map[string]string{}
	for name, access := range github.Permissions() {
		out[name] = string(access)
	}
	return out
}

// Good is the text of a pull request that is in order, Bad of one whose issue says nothing.
const (
	Good = "Fixes #7" + rest
	Bad  = "Fixes #8" + rest

	rest = "\n\n## What\n\nThe limit is twenty now.\n\n## Why\n\nTen broke the import of the larger shops.\n\n## How it was tested\n\nA test counts to twenty-one."
)

// Populate makes a repository whose policy is enforced, with two branches that take pull requests, main and stable, and
// the two issues that [Good] and [Bad] name.
func Populate(box *sandbox.Sandbox, repo, organisation string) error {
	if err := box.AddRepo(sandbox.Repo{Name: repo, Files: map[string]sandbox.File{
		"README.md": {Text: "# API\n"}, "src/rate.go": {Text: "package src\n"}, "src/rate_test.go": {Text: "package src\n"},
		".github/sluice.yml": {Text: "version: 1\nmode: enforce\n"},
	}}); err != nil {
		return err
	}
	box.AddMember(organisation, "mira")
	if err := box.AddBranch(repo, "stable", "main"); err != nil {
		return err
	}
	if _, err := box.AddIssue(sandbox.Issue{
		Repo: repo, Number: 7, Title: "Raise the limit", Author: "mira",
		Body: "Ten requests a minute are not enough for the shops that import their whole catalogue at night. Allow twenty.",
	}); err != nil {
		return err
	}
	_, err := box.AddIssue(sandbox.Issue{Repo: repo, Number: 8, Title: "Limit", Author: "mira", Body: "TODO"})
	return err
}

// Branch is the head branch of the nth pull request.
func Branch(nth int, agent bool) string {
	if agent {
		return fmt.Sprintf("copilot/fix-%d", nth)
	}
	return fmt.Sprintf("limit-%d", nth)
}

// Author is the login of an agent, or of a person.
func Author(agent bool) string {
	if agent {
		return "Copilot"
	}
	return "mira"
}

// Open opens a pull request of an agent's, or of a person's, and answers its number.
func Open(box *sandbox.Sandbox, repo string, nth int, agent bool, body string) (int, error) {
	author := Author(agent)
	p := sandbox.Pull{
		Repo: repo, Title: "Raise the limit", Body: body, Author: author, Head: Branch(nth, agent),
		Commits: []sandbox.Change{{Message: "Raise the limit", Author: box.Identity(author), Signed: true, Write: map[string]sandbox.File{
			"src/rate.go":      {Text: "package src\n\nconst limit = 20\n\nfunc allowed(n int) bool { return n <= limit }\n"},
			"src/rate_test.go": {Text: "package src\n\nimport \"testing\"\n\nfunc TestAllowed(t *testing.T) {\n\tif allowed(21) {\n\t\tt.Error(\"21 is allowed\")\n\t}\n}\n"},
			// One commit's tree differs from the other's, so that two pull requests have one head only by [OpenBeside].
			"src/nth.txt": {Text: fmt.Sprintf("%d\n", nth)},
		}}},
	}
	return openAs(box, agent, &p)
}

// OpenBeside opens a pull request whose head branch is there, so that it has the head commit of another one.
func OpenBeside(box *sandbox.Sandbox, repo, branch, base string, agent bool, body string) (int, error) {
	return openAs(box, agent, &sandbox.Pull{
		Repo: repo, Title: "Raise the limit, too", Body: body, Author: Author(agent), Head: branch, Base: base,
	})
}

func openAs(box *sandbox.Sandbox, agent bool, p *sandbox.Pull) (int, error) {
	if agent {
		p.Assignees = []string{"mira"}
	}
	return box.Open(*p)
}
