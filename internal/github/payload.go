package github

import (
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/sluicegate/sluice/internal/gate"
)

// payload is what Sluice wants to know of a webhook, of whichever event. go-github's event types are not used: a
// repository's custom property that is a list breaks their decoding of a whole event.
type payload struct {
	Action       string
	Installation struct{ ID int64 }
	Repository   struct {
		FullName      string `json:"full_name"`
		Name          string
		DefaultBranch string `json:"default_branch"`
	}

	Number      int // of pull_request
	PullRequest *struct {
		Number    int
		State     string
		Head      struct{ SHA string }
		UpdatedAt time.Time `json:"updated_at"`
	} `json:"pull_request"`
	Label   *struct{ Name string } // of labeled and unlabeled
	Issue   *payloadIssue
	Comment *payloadComment
	Changes struct { // of edited
		Body *struct{ From string }
	}
	Sender *payloadUser

	CheckRun   *payloadRun   `json:"check_run"`
	CheckSuite *payloadSuite `json:"check_suite"`
	MergeGroup *struct {
		HeadSHA string `json:"head_sha"`
		HeadRef string `json:"head_ref"`
		BaseSHA string `json:"base_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`

	Ref     string // of push
	Before  string // of push, and of a pull request that was pushed to
	Created bool
	Deleted bool
	Forced  bool
	Commits []struct{ Added, Modified, Removed []string }

	RepositorySelection string              `json:"repository_selection"`
	RepositoriesAdded   []payloadRepository `json:"repositories_added"`
	RepositoriesRemoved []payloadRepository `json:"repositories_removed"`
}

type payloadRepository struct {
	FullName string `json:"full_name"`
}

type payloadIssue struct {
	Number      int
	State       string
	PullRequest *struct{} `json:"pull_request"` // there if the issue is a pull request
}

type payloadComment struct {
	ID          int64
	Body        string
	Association string `json:"author_association"`
	User        *payloadUser
	Via         *struct{} `json:"performed_via_github_app"` // there if an App wrote it in the user's name
}

type payloadUser struct {
	Login string
	ID    int64
	Type  string
}

type payloadRun struct {
	HeadSHA    string `json:"head_sha"`
	App        *struct{ ID int64 }
	CheckSuite *payloadSuite `json:"check_suite"`
}

type payloadSuite struct {
	HeadSHA    string `json:"head_sha"`
	HeadBranch string `json:"head_branch"`
	App        *struct{ ID int64 }
}

var (
	sha    = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)
	branch = regexp.MustCompile(`^refs/heads/([^\x00-\x20\x7f~^:?*\[\\]{1,255})$`) // git-check-ref-format
)

// decodePayload reads as much of a webhook's body as Sluice wants.
func decodePayload(body []byte) (*payload, error) {
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, fmt.Errorf("the payload is not what GitHub describes: %w", err)
	}
	return &p, nil
}

// The parts of a payload that an event cannot do without.

func (p *payload) target(number int) (gate.Target, error) {
	if _, _, err := split(p.Repository.FullName); err != nil {
		return gate.Target{}, err
	}
	if number <= 0 {
		return gate.Target{}, fmt.Errorf("%d is no number of a pull request", number)
	}
	return gate.Target{Installation: p.Installation.ID, Repo: p.Repository.FullName, Number: number}, nil
}

func (p *payload) repo(base string) (gate.RepoTarget, error) {
	_, _, err := split(p.Repository.FullName)
	return gate.RepoTarget{Installation: p.Installation.ID, Repo: p.Repository.FullName, Base: base}, err
}

// installation is the one that the delivery is about, without which there is nothing to do.
func (p *payload) installation() (int64, error) {
	if p.Installation.ID <= 0 {
		return 0, fmt.Errorf("no installation is named")
	}
	return p.Installation.ID, nil
}

func checkSHA(s string) error {
	if !sha.MatchString(s) {
		return fmt.Errorf("%.70q is no commit", s)
	}
	return nil
}

// branchOf is the branch of a ref, false for a tag and whatever else.
func branchOf(ref string) (string, bool) {
	m := branch.FindStringSubmatch(ref)
	if m == nil {
		return "", false
	}
	return m[1], true
}
