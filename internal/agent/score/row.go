// Package score reads labelled pull requests and tells how well agents are recognised in them.
package score

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// Row is one pull request of a collection, one JSON object a line. What is null or absent is unknown.
type Row struct {
	ID          string   `json:"id"` // "acme/api#12"
	Repo        string   `json:"repo"`
	Number      int      `json:"number"`
	Title       string   `json:"title"`
	Body        string   `json:"body"`
	AuthorLogin string   `json:"author_login"`
	AuthorID    int64    `json:"author_id"`
	AuthorType  string   `json:"author_type"` // "User", "Bot", or "unknown"
	HeadRef     string   `json:"head_ref"`
	Labels      []string `json:"labels"`
	Commits     []Commit `json:"commits"` // null where they are unknown

	Label        string `json:"label"`      // the agent's slug, "human", or "bot:NAME"; empty in an unlabelled row
	Authorship   string `json:"authorship"` // "autonomous", "assisted", "mixed", "human", "bot", …
	Confidence   string `json:"label_confidence"`
	HardNegative mark   `json:"hard_negative"`
	Undetectable mark   `json:"undetectable_from_metadata"`
}

// Commit is a commit of a [Row].
type Commit struct {
	SHA            string `json:"sha"`
	Message        string `json:"message"`
	AuthorName     string `json:"author_name"`
	AuthorEmail    string `json:"author_email"`
	AuthorLogin    string `json:"author_login"` // the account that GitHub finds for the address
	CommitterName  string `json:"committer_name"`
	CommitterEmail string `json:"committer_email"`
	CommitterLogin string `json:"committer_login"`
}

// account is an account of which only the login is told. An App's login alone ends in "[bot]".
func account(login string) pull.Account {
	switch {
	case login == "":
		return pull.Account{}
	case strings.HasSuffix(login, "[bot]"):
		return pull.Account{Login: login, Type: pull.Bot}
	}
	return pull.Account{Login: login}
}

// mark is true, or the reason for it.
type mark bool

// UnmarshalJSON takes a boolean, a reason that is not empty for true, and null for false.
func (m *mark) UnmarshalJSON(data []byte) error {
	s := string(data)
	*m = s != "false" && s != "null" && s != `""`
	return nil
}

// Read takes one line: a [Row], or a snapshot as pull.Encode writes it. The row of a snapshot has an id and no label.
func Read(line []byte) (*Row, *pull.Request, error) {
	var form struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(line, &form); err != nil {
		return nil, nil, fmt.Errorf("not a JSON object: %w", err)
	}
	if form.Version != nil {
		r, err := pull.Decode(bytes.NewReader(line))
		if err != nil {
			return nil, nil, err
		}
		return &Row{ID: fmt.Sprintf("%s#%d", r.Repo, r.Number), Repo: r.Repo, Number: r.Number}, r, nil
	}
	row := &Row{}
	if err := json.Unmarshal(line, row); err != nil {
		return nil, nil, err
	}
	if row.ID == "" {
		if row.Repo == "" {
			return nil, nil, fmt.Errorf(`there is no "id" and no "repo": this is neither a row of a collection nor a snapshot (those have "version")`)
		}
		row.ID = fmt.Sprintf("%s#%d", row.Repo, row.Number)
	}
	return row, row.request(), nil
}

// request is the row as a pull request. GitHub's word on author and id is taken as such; no commit is vouched for.
func (row *Row) request() *pull.Request {
	r := &pull.Request{
		Repo: row.Repo, Number: row.Number, Title: row.Title, Body: row.Body, Labels: row.Labels,
		Author: pull.Account{Login: row.AuthorLogin, ID: row.AuthorID}, Head: pull.Branch{Repo: row.Repo, Name: row.HeadRef},
		Base: pull.Branch{Repo: row.Repo},
	}
	if row.AuthorType != "unknown" {
		r.Author.Type = pull.AccountType(row.AuthorType)
	}
	if row.Commits != nil {
		r.Known |= pull.WithCommits
	}
	for _, c := range row.Commits {
		r.Commits = append(r.Commits, pull.Commit{
			SHA: c.SHA, Message: c.Message,
			Author:    pull.Person{Name: c.AuthorName, Email: c.AuthorEmail, Account: account(c.AuthorLogin)},
			Committer: pull.Person{Name: c.CommitterName, Email: c.CommitterEmail, Account: account(c.CommitterLogin)},
		})
	}
	return r
}
