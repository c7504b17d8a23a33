package github

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
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
	lose     int      // how many answers to writes are lost after the write was done
	fail     []int    // statuses for the next writes, 0 for none
	headers  []string // of a failure
}

type fakeRun struct {
	id                      int64
	app                     int64
	name, sha, conclusion   string
	title, external, detail string
	text                    *string
	annotations             []string
}

type fakeComment struct {
	id      int64
	app     int64
	kind    string
	body    string
	deleted bool
}

func newBoard(t *testing.T) (*board, *Publisher) {
	f, c := newFake(t)
	b := &board{fake: f}
	f.routes["POST /repos/acme/api/check-runs"] = b.write(b.postRun)
	f.routes["POST /repos/acme/api/issues/7/comments"] = b.write(b.postComment)
	f.routes["GET /repos/acme/api/issues/7/comments"] = b.listComments
	for _, sha := range []string{headSHA, baseSHA} {
		f.routes["GET /repos/acme/api/commits/"+sha+"/check-runs"] = b.listRuns
	}
	for id := 1; id <= 20; id++ {
		f.routes[fmt.Sprintf("PATCH /repos/acme/api/check-runs/%d", id)] = b.write(b.patchRun)
		f.routes[fmt.Sprintf("PATCH /repos/acme/api/issues/comments/%d", id)] = b.write(b.patchComment)
	}
	return b, b.publisher(c, memory{})
}

func (b *board) publisher(c *Client, m Memory) *Publisher {
	p, err := NewPublisher(c, m, "https://sluice.example.com", zerolog.Nop())
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// write does a write, unless it is to fail, and answers it, unless the answer is to be lost.
func (b *board) write(do func(r *http.Request) (int, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b.acts.Lock()
		defer b.acts.Unlock()
		if len(b.fail) > 0 {
			status := b.fail[0]
			b.fail = b.fail[1:]
			if status != 0 {
				for i := 0; i < len(b.headers); i += 2 {
					w.Header().Set(b.headers[i], b.headers[i+1])
				}
				w.WriteHeader(status)
				io.WriteString(w, `{"message":"no"}`)
				return
			}
		}
		status, text := do(r)
		if b.lose > 0 {
			b.lose--
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
		io.WriteString(w, text)
	}
}

type runBody struct {
	Name       string
	HeadSHA    string `json:"head_sha"`
	Conclusion string
	ExternalID string `json:"external_id"`
	DetailsURL string `json:"details_url"`
	Output     struct {
		Title       string
		Text        *string
		Annotations []struct{ Message string }
	}
}

func (b *board) change(run *fakeRun, r *http.Request) (int, string) {
	var in runBody
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		b.t.Error(err)
	}
	run.name, run.conclusion, run.title, run.external, run.detail = in.Name, in.Conclusion, in.Output.Title, in.ExternalID, in.DetailsURL
	if in.Output.Text != nil {
		run.text = in.Output.Text
	}
	if in.HeadSHA != "" {
		run.sha = in.HeadSHA
	}
	for _, a := range in.Output.Annotations {
		run.annotations = append(run.annotations, a.Message)
	}
	return 201, b.runJSON(run)
}

func (b *board) runJSON(run *fakeRun) string {
	return fmt.Sprintf(`{"id":%d,"name":%q,"head_sha":%q,"app":{"id":%d},"output":{"annotations_count":%d}}`, run.id, run.name, run.sha, run.app, len(run.annotations))
}

func (b *board) postRun(r *http.Request) (int, string) {
	run := &fakeRun{id: int64(len(b.runs) + 1), app: testApp}
	b.runs = append(b.runs, run)
	return b.change(run, r)
}

func last(path string) int64 {
	n, _ := strconv.ParseInt(path[strings.LastIndex(path, "/")+1:], 10, 64)
	return n
}

func (b *board) patchRun(r *http.Request) (int, string) {
	for _, run := range b.runs {
		if run.id == last(r.URL.Path) {
			return b.change(run, r)
		}
	}
	return 404, `{"message":"Not Found"}`
}

func (b *board) listRuns(w http.ResponseWriter, r *http.Request) {
	b.acts.Lock()
	defer b.acts.Unlock()
	var out []string
	for _, run := range b.runs {
		if strings.Contains(r.URL.Path, run.sha) && run.name == r.URL.Query().Get("check_name") {
			out = append(out, b.runJSON(run))
		}
	}
	fmt.Fprintf(w, `{"total_count":%d,"check_runs":[%s]}`, len(out), strings.Join(out, ","))
}

func (b *board) postComment(r *http.Request) (int, string) {
	c := &fakeComment{id: int64(len(b.comments) + 1), app: testApp, kind: "Bot"}
	b.comments = append(b.comments, c)
	return b.changeComment(c, r)
}

func (b *board) changeComment(c *fakeComment, r *http.Request) (int, string) {
	var in struct{ Body string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		b.t.Error(err)
	}
	c.body = in.Body
	return 201, c.json()
}

func (c *fakeComment) json() string {
	app := "null"
	if c.app != 0 {
		app = fmt.Sprintf(`{"id":%d}`, c.app)
	}
	body, _ := json.Marshal(c.body)
	return fmt.Sprintf(`{"id":%d,"body":%s,"user":{"type":%q},"performed_via_github_app":%s}`, c.id, body, c.kind, app)
}

func (b *board) patchComment(r *http.Request) (int, string) {
	for _, c := range b.comments {
		if c.id == last(r.URL.Path) && !c.deleted {
			return b.changeComment(c, r)
		}
	}
	return 404, `{"message":"Not Found"}`
}

func (b *board) listComments(w http.ResponseWriter, r *http.Request) {
	b.acts.Lock()
	defer b.acts.Unlock()
	var live []*fakeComment
	for _, c := range b.comments {
		if !c.deleted {
			live = append(live, c)
		}
	}
	page(w, r, len(live), func(i int) string { return live[i].json() })
}

// loseAfter loses the answer to the nth write from now.
func (b *board) loseAfter(n int) {
	for name, route := range b.routes {
		if strings.HasPrefix(name, "GET ") {
			continue
		}
		b.routes[name] = func(w http.ResponseWriter, r *http.Request) {
			b.acts.Lock()
			if n--; n == 0 {
				b.lose = 1
			}
			b.acts.Unlock()
			route(w, r)
		}
	}
}
