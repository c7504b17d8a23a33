package github

import (
	"context"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/digest"
)

// perRequest is how many annotations GitHub takes in one request: docs, "Create a check run".
const perRequest = 50

// run is a check run as it is to be. It is complete from its first moment: nothing shows as queued that nobody works on.
type run struct {
	Name, SHA            string
	External, Details    string
	Conclusion           string
	Title, Summary, Text string
	annotations          []digest.Annotation
}

func newRun(name, sha, external, details, conclusion string, text digest.CheckRunText) *run {
	return &run{
		Name: name, SHA: sha, External: external, Details: details, Conclusion: conclusion,
		Title: text.Title, Summary: text.Summary, Text: text.Text,
		annotations: text.Annotations[:min(len(text.Annotations), digest.MaxAnnotations)],
	}
}

// unsent are the next annotations that GitHub doesn't have, as many as it takes at once.
func (r *run) unsent(t *trace) []digest.Annotation {
	var out []digest.Annotation
	for i := range r.annotations {
		if len(out) < perRequest && !slices.Contains(t.Sent, hash(r.annotations[i])) {
			out = append(out, r.annotations[i])
		}
	}
	return out
}

// input is the check run as GraphQL's mutations take it, apart from where it stands. An empty text is sent too: one that
// is left out stays as it was.
func (r *run) input(annotations []digest.Annotation) map[string]any {
	output := map[string]any{"title": r.Title, "summary": r.Summary, "text": r.Text}
	var list []map[string]any
	for i := range annotations {
		a := &annotations[i]
		one := map[string]any{
			"path": a.Path, "annotationLevel": strings.ToUpper(string(a.Level)), "message": a.Message,
			"location": map[string]any{"startLine": max(a.StartLine, 1), "endLine": max(a.EndLine, a.StartLine, 1)},
		}
		if a.Title != "" {
			one["title"] = a.Title
		}
		list = append(list, one)
	}
	if len(list) > 0 {
		output["annotations"] = list
	}
	input := map[string]any{"name": r.Name, "status": "COMPLETED", "conclusion": strings.ToUpper(r.Conclusion), "output": output}
	if r.External != "" {
		input["externalId"] = r.External
	}
	if r.Details != "" {
		input["detailsUrl"] = r.Details
	}
	return input
}

func (a *act) call(ctx context.Context, do func(client *gh.Client, owner, name string) error) error {
	owner, name, err := split(a.repo)
	if err != nil {
		return err
	}
	return a.client.installation(ctx, a.installation, a.repo, func(client *gh.Client) error {
		return do(client, owner, name)
	})
}
