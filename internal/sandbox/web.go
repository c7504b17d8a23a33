package sandbox

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

//go:embed pages
var pages embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"markdown": rendered,
	"lines":    func(patch string) []string { return strings.Split(patch, "\n") },
	"kind":     lineKind,
	"mark":     mark,
	"short":    func(sha string) string { return sha[:min(len(sha), 7)] },
}).ParseFS(pages, "pages/*.html"))

// pullPage is what the page of a pull request shows.
type pullPage struct {
	Repo, Title, State, Author, Base, Head, SHA string

	Number   int
	Runs     []CheckRun
	Body     string
	Comments []Comment
	Files    []pull.File
	Hidden   int    // files that are not shown
	Blocked  string // why it cannot be merged
	Queued   []CheckRun
}

// shownFiles bounds the files on a page.
const shownFiles = 60

// page shows a pull request: its check runs, the conversation, the files.
func (s *Sandbox) page(w http.ResponseWriter, r *http.Request) {
	full := r.PathValue("owner") + "/" + r.PathValue("repo")
	number, _ := strconv.Atoi(r.PathValue("number"))
	s.mu.Lock()
	p, err := s.pull(full, number)
	if err != nil {
		s.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	files := s.changed(p)
	v := pullPage{
		Repo: p.repo.full(), Number: p.number, Title: p.title, State: strings.ToLower(p.nodeState()), Author: p.author.login, Base: p.baseName,
		Head: p.headName, SHA: p.head, Body: p.body, Files: files[:min(len(files), shownFiles)], Hidden: max(len(files)-shownFiles, 0),
	}
	if p.draft && p.state == pull.Open {
		v.State = "draft"
	}
	if len(p.repo.required) > 0 && p.state == pull.Open {
		v.Blocked = orElse(s.blocked(p), "-")
	}
	var groups []string
	for _, g := range p.repo.queue {
		if g.pull == p {
			groups = append(groups, g.head)
		}
	}
	s.mu.Unlock()
	v.Runs = newest(s.CheckRuns(v.Repo, v.SHA))
	v.Comments = s.Comments(v.Repo, v.Number)
	for _, head := range groups {
		v.Queued = append(v.Queued, newest(s.CheckRuns(v.Repo, head))...)
	}
	show(w, "pull.html", v)
}

// newest keeps the newest run of each name and App, by name: the gate's own, "sluice: …", before those of the checks.
func newest(runs []CheckRun) []CheckRun {
	seen := map[string]bool{}
	runs = slices.DeleteFunc(runs, func(r CheckRun) bool {
		was := seen[r.App+"\x00"+r.Name]
		seen[r.App+"\x00"+r.Name] = true
		return was
	})
	slices.SortFunc(runs, func(a, b CheckRun) int {
		own := func(r CheckRun) int { return strings.Count(r.Name, " / ") }
		if c := own(a) - own(b); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return runs
}

// row is a pull request in the list.
type row struct {
	Repo, Title, Author, State string

	Number int
	Why    string
	Runs   []CheckRun
}

// front lists every pull request with its gate.
func (s *Sandbox) front(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	why := map[string]string{}
	for _, sc := range s.samples {
		why[sc.pull.Repo+"#"+strconv.Itoa(sc.pull.Number)] = sc.why
	}
	var rows []row
	heads := map[string]string{}
	for _, r := range s.repos {
		for _, p := range r.pulls {
			id := r.full() + "#" + strconv.Itoa(p.number)
			rows = append(rows, row{Repo: r.full(), Number: p.number, Title: p.title, Author: p.author.login, State: strings.ToLower(p.nodeState()), Why: why[id]})
			heads[id] = p.head
		}
	}
	s.mu.Unlock()
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(strings.Compare(a.Repo, b.Repo), a.Number-b.Number) })
	for i := range rows {
		rows[i].Runs = newest(s.CheckRuns(rows[i].Repo, heads[rows[i].Repo+"#"+strconv.Itoa(rows[i].Number)]))
		rows[i].Runs = rows[i].Runs[:min(len(rows[i].Runs), 1)]
	}
	show(w, "front.html", rows)
}

// style serves the pages' one style sheet.
func (s *Sandbox) style(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, pages, "pages/style.css")
}

// show writes a page that may load nothing but its style sheet.
func show(w http.ResponseWriter, name string, v any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'")
	_, _ = w.Write(b.Bytes()) // the reader may be gone
}

func lineKind(line string) string {
	switch {
	case strings.HasPrefix(line, "@@"):
		return "hunk"
	case strings.HasPrefix(line, "+"):
		return "added"
	case strings.HasPrefix(line, "-"):
		return "removed"
	}
	return "same"
}

// mark is a sign for a check run, beside its words.
func mark(r CheckRun) string {
	switch r.Conclusion {
	case "success":
		return "✓"
	case "failure":
		return "✗"
	case "action_required":
		return "!"
	case "":
		return "…"
	}
	return "–"
}
