package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"
)

// board is where the fake keeps check runs and comments.
type board struct {
	*fake
	acts     sync.Mutex // one request at a time
	runs     []*fakeRun
	comments []*fakeComment
	did      []string // what was written, "createCheckRun sluice: main"
	fail     []int    // for the next writes, 0 for none: 422 and 403 are one write's own, what is more ends the request there
	headers  []string // of a failure that ends the request
	lose     int      // the answer is lost once this many more writes were done; 0 for none
	lag      bool     // lists have nothing of ours yet
}

type fakeRun struct {
	id, app                 int64
	name, sha, conclusion   string
	title, external, detail string
	text                    string
	annotations             []string
}

type fakeComment struct {
	id, app int64
	kind    string
	body    string
	deleted bool
}

func newBoard(t *testing.T) (*board, *Publisher) {
	f, c := newFake(t)
	b := &board{fake: f}
	f.routes["graphql Publish"] = b.locked(b.mutate)
	f.routes["graphql Shown"] = b.locked(b.look)
	f.routes["GET /repos/acme/api/issues/7/comments"] = b.locked(func(w http.ResponseWriter, r *http.Request) {
		live := b.live()
		page(w, r, len(live), func(i int) string { return live[i].json() })
	})
	return b, b.publisher(c, memory{})
}

func (b *board) publisher(c *Client, m Memory) *Publisher {
	p, err := NewPublisher(c, m, "https://sluice.example.com", zerolog.Nop())
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *board) locked(do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b.acts.Lock()
		defer b.acts.Unlock()
		do(w, r)
	}
}

// asked reads a GraphQL request.
func (b *board) asked(r *http.Request, variables any) string {
	var q struct {
		Query     string
		Variables json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		b.t.Error(err)
	}
	if err := json.Unmarshal(q.Variables, variables); err != nil {
		b.t.Error(err)
	}
	b.checkGraph(q.Query, nil)
	return q.Query
}

type writeInput struct {
	RepositoryID, CheckRunID, SubjectID, ID string
	Name, HeadSha, Conclusion, Body         string
	ExternalID, DetailsURL                  string
	Output                                  struct {
		Title, Text string
		Annotations []struct{ Message string }
	}
}

var aliases = regexp.MustCompile(`(w\d+): (\w+)\(input: `)

// mutate does the writes of a request one after the other.
func (b *board) mutate(w http.ResponseWriter, r *http.Request) {
	var inputs map[string]*writeInput
	text := b.asked(r, &inputs)
	var data, errs []string
	for _, found := range aliases.FindAllStringSubmatch(text, -1) {
		status := 0
		if len(b.fail) > 0 {
			status, b.fail = b.fail[0], b.fail[1:]
		}
		alias, in := found[1], inputs[found[1]]
		switch status {
		case 0:
		case 403, 422:
			kind := map[int]string{403: "FORBIDDEN", 422: "UNPROCESSABLE"}[status]
			data, errs = append(data, alias+`":null`), append(errs, fmt.Sprintf(`{"type":%q,"path":[%q],"message":"no"}`, kind, alias))
			continue
		default:
			for i := 0; i < len(b.headers); i += 2 {
				w.Header().Set(b.headers[i], b.headers[i+1])
			}
			w.WriteHeader(status)
			io.WriteString(w, `{"message":"no"}`)
			return
		}
		b.did = append(b.did, found[2]+" "+in.Name)
		answer := b.do(found[2], in)
		if answer == "" {
			data, errs = append(data, alias+`":null`), append(errs, fmt.Sprintf(`{"type":"NOT_FOUND","path":[%q],"message":"no node"}`, alias))
		} else {
			data = append(data, alias+`":`+answer)
		}
		if b.lose > 0 {
			if b.lose--; b.lose == 0 {
				panic(http.ErrAbortHandler)
			}
		}
	}
	fmt.Fprintf(w, `{"data":{"%s},"errors":[%s]}`, strings.Join(data, `,"`), strings.Join(errs, ","))
}

func (b *board) do(mutation string, in *writeInput) string {
	run := &fakeRun{app: testApp, sha: in.HeadSha}
	note := &fakeComment{app: testApp, kind: "Bot"}
	switch mutation {
	case "createCheckRun":
		run.id = int64(len(b.runs) + 1)
		b.runs = append(b.runs, run)
	case "updateCheckRun":
		i := slices.IndexFunc(b.runs, func(r *fakeRun) bool { return r.node() == in.CheckRunID })
		if i < 0 {
			return ""
		}
		run = b.runs[i]
	case "addComment":
		if in.SubjectID != "PR_7" {
			return ""
		}
		note.id = int64(len(b.comments) + 1)
		b.comments = append(b.comments, note)
	case "updateIssueComment":
		i := slices.IndexFunc(b.comments, func(c *fakeComment) bool { return c.node() == in.ID && !c.deleted })
		if i < 0 {
			return ""
		}
		note = b.comments[i]
	}
	if !strings.HasSuffix(mutation, "CheckRun") {
		note.body = in.Body
		if mutation == "addComment" {
			return fmt.Sprintf(`{"made":{"node":{"id":%q}}}`, note.node())
		}
		return fmt.Sprintf(`{"made":{"id":%q}}`, note.node())
	}
	if in.RepositoryID != "R_1" {
		b.t.Errorf("repository: got %q", in.RepositoryID)
	}
	run.name, run.conclusion, run.title, run.external, run.detail = in.Name, strings.ToLower(in.Conclusion), in.Output.Title, in.ExternalID, in.DetailsURL
	run.text = in.Output.Text
	for _, a := range in.Output.Annotations {
		run.annotations = append(run.annotations, a.Message)
	}
	return fmt.Sprintf(`{"made":{"id":%q}}`, run.node())
}

func (r *fakeRun) node() string     { return fmt.Sprintf("CR_%d", r.id) }
func (c *fakeComment) node() string { return fmt.Sprintf("IC_%d", c.id) }

func (b *board) live() []*fakeComment {
	return slices.DeleteFunc(slices.Clone(b.comments), func(c *fakeComment) bool { return c.deleted })
}

// look answers what of ours there is.
func (b *board) look(w http.ResponseWriter, r *http.Request) {
	var v struct {
		Sha      string
		Comments bool
		App      int64
	}
	b.asked(r, &v)
	pr := ""
	if v.Comments {
		pr = fmt.Sprintf(`,"pullRequest":{"id":"PR_7","comments":%s}`, b.written())
	}
	fmt.Fprintf(w, `{"data":{"repository":{"id":"R_1","object":%s%s}}}`, b.tip(v.Sha, v.App), pr)
}

// tip is a commit with the check runs of an App.
func (b *board) tip(sha string, app int64) string {
	var runs []string
	for _, run := range b.runs {
		if run.sha == sha && run.app == app && !b.lag {
			runs = append(runs, fmt.Sprintf(`{"id":%q,"databaseId":%d,"name":%q,"annotations":{"totalCount":%d}}`, run.node(), run.id, run.name, len(run.annotations)))
		}
	}
	return fmt.Sprintf(`{"oid":%q,"checkSuites":{"nodes":[{"checkRuns":{"nodes":[%s]}}]}}`, sha, strings.Join(runs, ","))
}

func (b *board) written() string {
	var nodes []string
	live := b.live()
	for _, c := range live[:min(len(live), 100)] {
		nodes = append(nodes, fmt.Sprintf(`{"id":%q,"viewerDidAuthor":%v,"author":{"__typename":%q}}`, c.node(), c.app == testApp && c.kind == "Bot" && !b.lag, c.kind))
	}
	return fmt.Sprintf(`{"pageInfo":{"hasNextPage":%v},"nodes":[%s]}`, len(live) > 100, strings.Join(nodes, ","))
}

func (c *fakeComment) json() string {
	app := "null"
	if c.app != 0 {
		app = fmt.Sprintf(`{"id":%d}`, c.app)
	}
	body, _ := json.Marshal(c.body)
	return fmt.Sprintf(`{"id":%d,"node_id":%q,"body":%s,"user":{"type":%q},"performed_via_github_app":%s}`, c.id, c.node(), body, c.kind, app)
}

// shows are the writes since the last time.
func (b *board) shows() []string {
	b.acts.Lock()
	defer b.acts.Unlock()
	did := b.did
	b.did = nil
	return did
}

// seen is what Open would have seen of the board.
func (b *board) seen(head string) *seen {
	var t tip
	var w written
	if err := errors.Join(json.Unmarshal([]byte(b.tip(head, testApp)), &t), json.Unmarshal([]byte(b.written()), &w)); err != nil {
		b.t.Fatal(err)
	}
	return &seen{repository: "R_1", pull: "PR_7", head: head, ours: oursOf(t.runs(), &w)}
}
