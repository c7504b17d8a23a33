package sandbox

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// mutation is the root of mutations.
func (e *execution) mutation() map[string]any {
	return map[string]any{
		"addComment": e.mutates(e.addComment), "updateIssueComment": e.mutates(e.updateComment), "deleteIssueComment": e.mutates(e.deleteComment),
		"createCheckRun": e.mutates(e.createRun), "updateCheckRun": e.mutates(e.updateRun),
	}
}

// mutates is a resolver of a mutation, whose arguments stand in "input".
func (e *execution) mutates(do func(input map[string]any) (*thing, *problem)) resolver {
	return func(args map[string]any) (any, *problem) {
		input, _ := args["input"].(map[string]any)
		t, wrong := do(input)
		if wrong != nil {
			return nil, wrong
		}
		t.fields["clientMutationId"] = input["clientMutationId"]
		return t, nil
	}
}

var forbidden = &problem{"FORBIDDEN", "Resource not accessible by integration"}

// byID takes a global id apart, 0 where it is of another kind.
func byID(id any, prefix string) int64 {
	digits, is := strings.CutPrefix(text(id), prefix+"_")
	n, err := strconv.ParseInt(digits, 10, 64)
	if !is || err != nil {
		return 0
	}
	return n
}

func noNode(id any) *problem {
	return &problem{"NOT_FOUND", "Could not resolve to a node with the global id of '" + text(id) + "'"}
}

// writes are the permissions, one of which lets a caller comment on i.
func writes(i *issue) string {
	if i.pull == nil {
		return "issues:write"
	}
	return "issues:write|pull_requests:write"
}

func commentProblem(body string) *problem {
	switch {
	case strings.TrimSpace(body) == "":
		return &problem{"UNPROCESSABLE", "Body cannot be blank"}
	case utf8.RuneCountInString(body) > maxComment:
		return &problem{"UNPROCESSABLE", "Body is too long (maximum is 65536 characters)"}
	}
	return nil
}

func (e *execution) addComment(input map[string]any) (*thing, *problem) {
	i := e.s.issues[byID(input["subjectId"], "I")]
	if p := e.s.pulls[byID(input["subjectId"], "PR")]; p != nil {
		i = p.issue
	}
	body := text(input["body"])
	switch {
	case i == nil || !e.c.token.sees(i.repo):
		return nil, noNode(input["subjectId"])
	case !e.c.token.may(writes(i), i.repo):
		return nil, forbidden
	}
	if p := commentProblem(body); p != nil {
		return nil, p
	}
	m := e.s.addComment(i, e.s.caller(e.c), body, e.c.token.in != nil)
	edge := &thing{"IssueCommentEdge", map[string]any{"cursor": cursor(len(i.comments)), "node": e.comment(m)}}
	return &thing{"AddCommentPayload", map[string]any{"commentEdge": edge}}, nil
}

// writable finds the comment of an id that the caller may change.
func (e *execution) writable(id any) (*comment, *problem) {
	m := e.s.comments[byID(id, "IC")]
	if m == nil || !e.c.token.sees(m.on.repo) {
		return nil, noNode(id)
	}
	if !e.c.token.may(writes(m.on), m.on.repo) {
		return nil, forbidden
	}
	return m, nil
}

func (e *execution) updateComment(input map[string]any) (*thing, *problem) {
	m, wrong := e.writable(input["id"])
	if wrong != nil {
		return nil, wrong
	}
	if p := commentProblem(text(input["body"])); p != nil {
		return nil, p
	}
	e.s.editComment(m, e.s.caller(e.c), text(input["body"]))
	return &thing{"UpdateIssueCommentPayload", map[string]any{"issueComment": e.comment(m)}}, nil
}

func (e *execution) deleteComment(input map[string]any) (*thing, *problem) {
	m, wrong := e.writable(input["id"])
	if wrong != nil {
		return nil, wrong
	}
	e.s.deleteComment(m, e.s.caller(e.c))
	return &thing{"DeleteIssueCommentPayload", map[string]any{}}, nil
}

func (e *execution) createRun(input map[string]any) (*thing, *problem) {
	r := e.s.repoIDs[byID(input["repositoryId"], "R")]
	switch {
	case r == nil || !e.c.token.sees(r):
		return nil, noNode(input["repositoryId"])
	case e.c.token.in == nil || !e.c.token.may("checks:write", r):
		return nil, forbidden
	}
	want, wrong := runInput(input)
	if wrong != nil {
		return nil, wrong
	}
	run, rep := e.s.makeRun(r, e.s.opts.Slug, want)
	if rep != nil {
		return nil, unprocessable(rep)
	}
	return &thing{"CreateCheckRunPayload", map[string]any{"checkRun": e.run(run)}}, nil
}

func (e *execution) updateRun(input map[string]any) (*thing, *problem) {
	run := e.s.runs[byID(input["checkRunId"], "CR")]
	switch {
	case run == nil || !e.c.token.sees(run.repo):
		return nil, noNode(input["checkRunId"])
	case e.c.token.in == nil || run.app != e.s.opts.Slug || !e.c.token.may("checks:write", run.repo):
		return nil, forbidden
	}
	want, wrong := runInput(input)
	if wrong != nil {
		return nil, wrong
	}
	if rep := e.s.changeRun(run, want); rep != nil {
		return nil, unprocessable(rep)
	}
	return &thing{"UpdateCheckRunPayload", map[string]any{"checkRun": e.run(run)}}, nil
}

func unprocessable(rep *reply) *problem {
	data, _ := json.Marshal(rep.body)
	return &problem{"UNPROCESSABLE", string(data)}
}

// runInput reads a check run's fields, which have the same meaning as in REST under other names and in other cases.
func runInput(input map[string]any) (*runFields, *problem) {
	var in struct {
		Name, HeadSha, Status, Conclusion, DetailsURL, ExternalID string

		StartedAt, CompletedAt string
		Actions                []action
		Output                 *struct {
			Title, Summary string
			Text           *string
			Annotations    []struct {
				Path, AnnotationLevel, Message, Title, RawDetails string

				Location struct {
					StartLine, EndLine     int
					StartColumn, EndColumn *int
				}
			}
		}
	}
	data, err := json.Marshal(input)
	if err == nil {
		err = json.Unmarshal(data, &in) // names differ in case only
	}
	if err != nil {
		return nil, &problem{"UNPROCESSABLE", err.Error()}
	}
	want := &runFields{
		Name: in.Name, HeadSHA: in.HeadSha, Status: lower(in.Status), Conclusion: lower(in.Conclusion), DetailsURL: in.DetailsURL,
		ExternalID: in.ExternalID, Actions: in.Actions,
	}
	want.StartedAt, want.CompletedAt = moment(in.StartedAt), moment(in.CompletedAt)
	if in.Output != nil {
		want.Output = &runOutput{Title: &in.Output.Title, Summary: &in.Output.Summary, Text: in.Output.Text}
		for _, a := range in.Output.Annotations {
			want.Output.Annotations = append(want.Output.Annotations, Annotation{
				Path: a.Path, StartLine: a.Location.StartLine, EndLine: a.Location.EndLine, StartColumn: a.Location.StartColumn,
				EndColumn: a.Location.EndColumn, Level: lower(a.AnnotationLevel), Message: a.Message, Title: a.Title, RawDetails: a.RawDetails,
			})
		}
	}
	return want, nil
}

// moment reads a time, nil where there is none.
func moment(text string) *time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil
	}
	return &t
}
