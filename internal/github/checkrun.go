package github

import (
	"context"
	"errors"
	"slices"

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

// run makes the check run what it is to be. It makes one only where there is none; where an earlier making was begun and
// its answer lost, it looks for what came of it.
func (a *act) run(ctx context.Context, want *run) error {
	key := runKey(a.repo, want.SHA, want.Name)
	var t trace
	begun, err := a.recall(ctx, key, &t)
	if err != nil {
		return err
	}
	if begun && t.ID == 0 {
		if t, err = a.findRun(ctx, want); err != nil {
			return err
		}
	}
	for {
		batch := want.unsent(&t)
		if t.ID != 0 && t.Content == hash(want) && len(batch) == 0 {
			return nil
		}
		if t.ID == 0 {
			if err := a.remember(ctx, key, trace{}); err != nil {
				return err
			}
			t.ID, err = a.createRun(ctx, want, batch)
		} else {
			err = a.updateRun(ctx, t.ID, want, batch)
		}
		var gone *Gone
		if errors.As(err, &gone) && t.ID != 0 {
			t = trace{} // somebody took it away
			continue
		}
		if err != nil {
			return err
		}
		a.writes++
		t.Content = hash(want)
		for i := range batch {
			t.Sent = append(t.Sent, hash(batch[i]))
		}
		if err := a.remember(ctx, key, t); err != nil {
			return err
		}
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

func (r *run) output(annotations []digest.Annotation) *gh.CheckRunOutput {
	// An empty text is sent too: one that is left out stays as it was.
	out := &gh.CheckRunOutput{Title: &r.Title, Summary: &r.Summary, Text: &r.Text}
	for i := range annotations {
		a := &annotations[i]
		out.Annotations = append(out.Annotations, &gh.CheckRunAnnotation{
			Path: &a.Path, StartLine: gh.Int(max(a.StartLine, 1)), EndLine: gh.Int(max(a.EndLine, a.StartLine, 1)),
			AnnotationLevel: gh.String(string(a.Level)), Title: optional(a.Title), Message: &a.Message,
		})
	}
	return out
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (a *act) createRun(ctx context.Context, r *run, annotations []digest.Annotation) (id int64, err error) {
	err = a.call(ctx, func(client *gh.Client, owner, name string) error {
		made, _, err := client.Checks.CreateCheckRun(ctx, owner, name, gh.CreateCheckRunOptions{
			Name: r.Name, HeadSHA: r.SHA, ExternalID: optional(r.External), DetailsURL: optional(r.Details),
			Status: gh.String("completed"), Conclusion: &r.Conclusion, Output: r.output(annotations),
		})
		id = made.GetID()
		return err
	})
	return id, err
}

func (a *act) updateRun(ctx context.Context, id int64, r *run, annotations []digest.Annotation) error {
	return a.call(ctx, func(client *gh.Client, owner, name string) error {
		_, _, err := client.Checks.UpdateCheckRun(ctx, owner, name, id, gh.UpdateCheckRunOptions{
			Name: r.Name, ExternalID: optional(r.External), DetailsURL: optional(r.Details),
			Status: gh.String("completed"), Conclusion: &r.Conclusion, Output: r.output(annotations),
		})
		return err
	})
}

// findRun looks for a check run of ours whose making was begun. The first annotations went with it.
func (a *act) findRun(ctx context.Context, r *run) (trace, error) {
	var t trace
	err := a.call(ctx, func(client *gh.Client, owner, name string) error {
		id := a.client.AppID()
		list, _, err := client.Checks.ListCheckRunsForRef(ctx, owner, name, r.SHA, &gh.ListCheckRunsOptions{
			CheckName: &r.Name, AppID: &id, ListOptions: gh.ListOptions{PerPage: 100},
		})
		if err != nil {
			return err
		}
		t = trace{}
		for _, found := range list.CheckRuns {
			// The newest counts.
			if found.GetName() == r.Name && found.GetApp().GetID() == id && found.GetID() > t.ID {
				t = trace{ID: found.GetID()}
				for i := range r.annotations[:min(found.GetOutput().GetAnnotationsCount(), len(r.annotations))] {
					t.Sent = append(t.Sent, hash(r.annotations[i]))
				}
			}
		}
		return nil
	})
	return t, err
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
