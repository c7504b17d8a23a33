package github

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"
)

//go:embed queries/*.graphql
var queryFiles embed.FS

// parts are the fragments that several queries share.
var parts = mustRead("parts")

func mustRead(name string) string {
	text, err := queryFiles.ReadFile("queries/" + name + ".graphql")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// queries are the fixed ones, whole. Those with a name for each thing that is asked for are made in lookup.go.
var queries = map[string]string{
	"open":  withParts(mustRead("open")),
	"more":  withParts(mustRead("more")),
	"pulls": mustRead("pulls"),
	"queue": mustRead("queue"),
	"team":  withParts(mustRead("team")),
	"shown": withParts(mustRead("shown")),
}

// withParts puts behind query the fragments that it uses: one that isn't used is an error to GitHub. In parts.graphql a
// blank line stands between two fragments and nowhere else.
func withParts(query string) string {
	fragments := strings.Split(strings.TrimSpace(parts), "\n\n")
	for again := true; again; {
		again = false
		for i, text := range fragments {
			if text != "" && strings.Contains(query, "..."+strings.Fields(text)[1]) {
				query += "\n" + text + "\n"
				fragments[i], again = "", true
			}
		}
	}
	return query
}

// problem is one entry of a GraphQL answer's "errors". GitHub adds the type to what the specification has.
type problem struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Path    []any  `json:"path"`
	// Extensions has a code where the query itself is at fault, "undefinedField".
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// at reports whether the problem lies at or below a path.
func (p *problem) at(path ...string) bool {
	if len(p.Path) < len(path) {
		return false
	}
	for i, want := range path {
		if got, ok := p.Path[i].(string); !ok || got != want {
			return false
		}
	}
	return true
}

// invisible reports whether GitHub has nothing at that path, or nothing that it shows to us.
func (p *problem) invisible() bool { return p.Type == "NOT_FOUND" || p.Type == "FORBIDDEN" }

// query asks GitHub's GraphQL API for one repository and decodes the answer's data into out. What could not be answered
// beside what could comes back as problems; where a limit, or nothing at all, was answered it is an error.
//
// It goes through the REST client, so that both share one token and one view of the limits: githubv4 keeps of an error only
// its message, and asking for a hundred files by name is not to be had from its structs.
func (c *Client) query(ctx context.Context, installation int64, repo, text string, variables map[string]any, out any) ([]problem, error) {
	return c.graph(ctx, installation, repo, strings.ToLower(repo), text, variables, out)
}

// queryAcross is query for what may lie in any repository of the installation. It can only read.
func (c *Client) queryAcross(ctx context.Context, installation int64, repo, text string, variables map[string]any, out any) ([]problem, error) {
	return c.graph(ctx, installation, repo, "", text, variables, out)
}

func (c *Client) graph(ctx context.Context, installation int64, repo, reach, text string, variables map[string]any, out any) ([]problem, error) {
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []problem       `json:"errors"`
	}
	err := c.within(ctx, installation, repo, reach, func(client *gh.Client) error {
		answer.Data, answer.Errors = nil, nil
		req, err := client.NewRequest(http.MethodPost, c.cfg.V4APIURL, map[string]any{"query": text, "variables": variables})
		if err != nil {
			return err
		}
		resp, err := client.Do(ctx, req, &answer)
		if err != nil {
			return err
		}
		for _, p := range answer.Errors {
			// GitHub answers 200 to these.
			if p.limits() {
				return &RetryAfter{pause(untilOf(resp.Header, c.cfg.Now()), c.cfg.Now()), errors.New("GraphQL: " + p.Message)}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(answer.Errors, func(p problem) bool { return p.Type == "FORBIDDEN" || reach != "" && p.invisible() }) && c.token == nil {
		if id, err := c.installationOf(ctx, installation, repo); err == nil {
			c.doubt(scope{id, reach})
		}
	}
	if len(answer.Data) == 0 || string(answer.Data) == "null" {
		return nil, c.nothing(answer.Errors)
	}
	if err := json.Unmarshal(answer.Data, out); err != nil {
		return nil, &Temporary{fmt.Errorf("GraphQL: the answer could not be read: %w", err)}
	}
	return answer.Errors, nil
}

// nothing is the error of an answer without data.
func (c *Client) nothing(problems []problem) error {
	if len(problems) == 0 {
		return &Temporary{errors.New("GraphQL: an answer without data")}
	}
	return problems[0].err()
}

// limits reports whether the problem is a limit. The last words are those of a limit on what is written.
func (p *problem) limits() bool {
	message := strings.ToLower(p.Message)
	return p.Type == "RATE_LIMITED" || strings.Contains(message, "rate limit") || strings.Contains(message, "submitted too quickly")
}

func (p *problem) err() error {
	err := fmt.Errorf("GraphQL: %s", p.Message)
	switch {
	case p.Extensions.Code != "", p.Type == "UNPROCESSABLE":
		return &Refused{err}
	case p.Type == "NOT_FOUND":
		return &Gone{err}
	case p.Type == "FORBIDDEN" || p.Type == "INSUFFICIENT_SCOPES":
		return &Denied{Err: err}
	}
	return &Temporary{err}
}
