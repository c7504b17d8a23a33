package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
	if err := a.begin(ctx, slices.DeleteFunc(slices.Clone(batch), func(p *piece) bool { return p.trace.Node != "" })); err != nil {
		return err
	}
	if batch = slices.DeleteFunc(slices.Clone(batch), (*piece).done); len(batch) == 0 {
		return nil
	}
	var changing []*piece
	for i, p := range batch {
		act, input := p.input(pl) // of all that is not sent
		if p.trace.Node != "" {
			p.changes()
			changing = append(changing, p)
		}
		w.add(nameOf(i), act, input)
	}
	if err := a.keep(ctx, changing, nil); err != nil {
		return err
	}
	var data map[string]json.RawMessage
	problems, err := a.client.query(ctx, a.installation, a.repo, w.text(), w.variables, &data)
	if err != nil {
		return err
	}
	var done []*piece
	for i, p := range batch {
		var answer *writtenAnswer
		if err = decode(data[nameOf(i)], &answer); err != nil {
			break
		}
		if id := answer.id(); id != "" {
			p.stands(id, a.client.cfg.Now())
			a.writes++
			done = append(done, p)
			continue
		}
		p.failed(problems, nameOf(i))
	}
	var besides notes
	if batch[0].trace.Node != "" {
		besides, a.besides = a.besides, nil
	}
	return errors.Join(err, a.keep(ctx, done, besides))
}

// nameOf is the name of a batch's piece in the request.
func nameOf(i int) string { return fmt.Sprintf("w%d", i) }

// changes notes in the trace that p is about to be changed: what it shows, should the answer be lost, and which annotations
// it has, only GitHub knows.
func (p *piece) changes() {
	p.trace.Content = ""
	if p.run != nil {
		p.trace.Sending = hashes(p.run.unsent(&p.trace))
	}
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

// stands notes in the trace that p, with all that was sent, is on GitHub now.
func (p *piece) stands(id string, now time.Time) {
	if p.run == nil {
		p.trace.Content = hash(p.body)
	} else {
		p.trace.Sent = append(p.trace.Sent, hashes(p.run.unsent(&p.trace))...)
		p.trace.Sending, p.trace.Content = nil, hash(p.run)
	}
	p.trace.Node, p.trace.At, p.lost = id, now, false
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
