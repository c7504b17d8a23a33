package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/digest"
)

// How many things one request writes. GitHub does them one after the other and gives a request ten seconds: docs, "Rate
// limits and query limits for the GraphQL API". Where an earlier try got no answer, that may be why.
const (
	perWrite        = 20
	perCarefulWrite = 5
)

// writing is the mutation that writes pieces, each under a name of its own. What is written goes into variables.
type writing struct {
	declared  []string
	variables map[string]any
	body      strings.Builder
}

func (w *writing) add(name string, act mutation, input map[string]any) {
	w.declared = append(w.declared, fmt.Sprintf("$%s: %s!", name, act.input))
	w.variables[name] = input
	fmt.Fprintf(&w.body, "  %s: %s(input: $%s) { %s }\n", name, act.name, name, act.answer)
}

func (w *writing) text() string {
	return "mutation Publish(" + strings.Join(w.declared, ", ") + ") {\n" + w.body.String() + "}\n"
}

// mutation is one of GraphQL's, and what is asked of its answer: the id of what was written, under the name "made".
type mutation struct{ name, input, answer string }

var (
	createRun     = mutation{"createCheckRun", "CreateCheckRunInput", "made: checkRun { id }"}
	updateRun     = mutation{"updateCheckRun", "UpdateCheckRunInput", "made: checkRun { id }"}
	addComment    = mutation{"addComment", "AddCommentInput", "made: commentEdge { node { id } }"}
	updateComment = mutation{"updateIssueComment", "UpdateIssueCommentInput", "made: issueComment { id }"}
)

type writtenAnswer struct {
	Made *struct {
		ID   string
		Node *struct{ ID string }
	}
}

func (w *writtenAnswer) id() string {
	switch {
	case w == nil || w.Made == nil:
		return ""
	case w.Made.Node != nil:
		return w.Made.Node.ID
	}
	return w.Made.ID
}

// write writes pieces in one request. What is to be made is remembered as begun before: should the answer be lost, the
// next try looks for what came of it. What one piece runs into is kept in it.
func (a *act) write(ctx context.Context, pl *place, batch []*piece) error {
	w := &writing{variables: map[string]any{}}
	for _, p := range batch {
		if p.trace.Node == "" {
			if err := a.begin(ctx, p); err != nil {
				return err
			}
		}
	}
	if batch = slices.DeleteFunc(slices.Clone(batch), (*piece).done); len(batch) == 0 {
		return nil
	}
	sent := make([]int, len(batch)) // annotations
	for i, p := range batch {
		act, input := p.input(pl)
		if p.run != nil {
			annotations := p.run.unsent(&p.trace)
			if sent[i] = len(annotations); sent[i] > 0 && p.trace.Node != "" {
				p.trace.Sending = hashes(annotations)
				if err := a.keep(ctx, p); err != nil {
					return err
				}
			}
		}
		w.add(fmt.Sprintf("w%d", i), act, input)
	}
	var data map[string]json.RawMessage
	problems, err := a.client.query(ctx, a.installation, a.repo, w.text(), w.variables, &data)
	if err != nil {
		return err
	}
	for i, p := range batch {
		name := fmt.Sprintf("w%d", i)
		var answer *writtenAnswer
		if err := decode(data[name], &answer); err != nil {
			return err
		}
		if id := answer.id(); id != "" {
			if err := a.wrote(ctx, p, id, sent[i]); err != nil {
				return err
			}
			continue
		}
		p.failed(problems, name)
	}
	return nil
}

// input is the mutation that p needs.
func (p *piece) input(pl *place) (mutation, map[string]any) {
	switch {
	case p.run == nil && p.trace.Node == "":
		return addComment, map[string]any{"subjectId": pl.pull, "body": p.body}
	case p.run == nil:
		return updateComment, map[string]any{"id": p.trace.Node, "body": p.body}
	}
	input := p.run.input(p.run.unsent(&p.trace))
	input["repositoryId"] = pl.repository
	if p.trace.Node == "" {
		input["headSha"] = p.run.SHA
		return createRun, input
	}
	input["checkRunId"] = p.trace.Node
	return updateRun, input
}

// wrote remembers that p stands on GitHub now.
func (a *act) wrote(ctx context.Context, p *piece, id string, sent int) error {
	a.writes++
	p.trace.Node, p.trace.At, p.lost = id, a.client.cfg.Now(), false
	if p.run == nil {
		p.trace.Content = hash(p.body)
	} else {
		p.trace.Sent = append(p.trace.Sent, hashes(p.run.unsent(&p.trace)[:sent])...)
		p.trace.Sending, p.trace.Content = nil, hash(p.run)
	}
	return a.keep(ctx, p)
}

func hashes(annotations []digest.Annotation) []string {
	out := make([]string, len(annotations))
	for i := range annotations {
		out[i] = hash(annotations[i])
	}
	return out
}

// failed keeps what p ran into. What was to be changed and is there no more is made anew in the next round.
func (p *piece) failed(problems []problem, name string) {
	err := error(&Temporary{errors.New("GraphQL: no word on what was written")})
	for i := range problems {
		if at := &problems[i]; len(at.Path) == 0 || at.at(name) {
			err = at.err()
			break
		}
	}
	var gone *Gone
	if errors.As(err, &gone) && p.trace.Node != "" {
		p.trace, p.lost = trace{}, true
		return
	}
	p.err = fmt.Errorf("%s: %w", p.what(), err)
}

// what names p in an error.
func (p *piece) what() string {
	if p.run == nil {
		return "digest"
	}
	return "check run " + p.run.Name
}
