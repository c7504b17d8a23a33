package spec

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

// longestPath bounds what is taken for a path, in bytes.
const longestPath = 512

// paths are the spec files that the description names: bare, in a code span, or as a link into this repository.
func (t *text) paths(r *pull.Request, globs []string) []string {
	var found []string
	for i := range t.body.Lines {
		line := &t.body.Lines[i]
		if !t.counts(line) {
			continue
		}
		for _, span := range line.Spans {
			tokens := strings.Fields(span.Text)
			if span.Kind == markdown.Link {
				tokens = []string{span.URL}
			} else if span.Kind == markdown.Image {
				continue
			}
			for _, token := range tokens {
				p := specPath(token, r, globs)
				if p != "" && !slices.Contains(found, p) && len(found) < maxNamed {
					found = append(found, p)
				}
			}
		}
	}
	return found
}

// specPath is the path that a word or a link stands for, empty where no glob matches it.
func specPath(token string, r *pull.Request, globs []string) string {
	if len(token) > longestPath || !strings.ContainsAny(token, "/.") {
		return ""
	}
	rest := strings.TrimRight(strings.TrimLeft(token, "`'\"([{<*_"), "`'\")]}>*,;:.!?")
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	if u, err := url.Parse(rest); err == nil && u.Host != "" {
		if foreignHost(u.Host, r.URL) || u.Scheme != "https" && u.Scheme != "http" {
			return ""
		}
		repo, file, ok := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/blob/")
		if !ok || !strings.EqualFold(repo, r.Repo) {
			return ""
		}
		return belowRef(file, globs)
	} else if err == nil {
		rest = u.Path
	}
	if i := strings.Index(rest, "blob/"); i >= 0 && strings.HasPrefix(rest, "..") {
		// A description's relative links are resolved below the pull request: "../blob/main/docs/specs/retry.md".
		return belowRef(rest[i+len("blob/"):], globs)
	}
	return match(rest, globs)
}

// belowRef strips the branch from "main/docs/specs/retry.md". A branch may hold slashes, so the first end that is a spec
// is taken.
func belowRef(file string, globs []string) string {
	for range 8 {
		_, rest, ok := strings.Cut(file, "/")
		if !ok {
			return ""
		}
		if p := match(rest, globs); p != "" {
			return p
		}
		file = rest
	}
	return ""
}

// match is the cleaned path if a glob matches it.
func match(p string, globs []string) string {
	p = strings.TrimPrefix(p, "/")
	if p == "" || strings.ContainsRune(p, 0) || slices.Contains(strings.Split(p, "/"), "..") {
		return ""
	}
	p = path.Clean(p)
	for _, glob := range globs {
		if ok, err := doublestar.Match(glob, p); ok && err == nil {
			return p
		}
	}
	return ""
}

// fromPaths are the specs among the repository's files: those at the base that the description names, and those that
// the pull request itself adds.
func fromPaths(r *pull.Request, t *text, o Options) []named {
	var all []named
	added := map[string]bool{}
	for i := range r.Files {
		if f := &r.Files[i]; f.Status == pull.Added && match(f.Path, o.Path) != "" && len(all) < maxNamed {
			added[f.Path] = true
			all = append(all, judgeAdded(f, o.MinWords))
		}
	}
	for _, p := range t.paths(r, o.Path) {
		if !added[p] {
			all = append(all, judgeFile(r, p, o.MinWords))
		}
	}
	return all
}

// judgeFile looks at a spec at the base.
func judgeFile(r *pull.Request, p string, minWords int) named {
	n := named{what: p, state: unread, why: "was not read"}
	for i := range r.Documents {
		d := &r.Documents[i]
		switch {
		case d.Path != p:
		case d.Missing:
			n.state, n.why = bad, "is not on the base branch"
			n.fix = "Name a file that is there, or add this one."
		default:
			n = judgeText(n, p, d.Text, minWords)
			if n.here = changedHere(r, p); n.here != "" && n.state == good {
				n.what = fmt.Sprintf("%s (%s here)", p, n.here)
			}
			return n
		}
	}
	return n
}

// changedHere is what the pull request does to a file at the base; empty where it leaves it alone.
func changedHere(r *pull.Request, p string) string {
	for i := range r.Files {
		f := &r.Files[i]
		switch {
		case f.Status == pull.Removed && f.Path == p:
			return "removed"
		case f.Status == pull.Renamed && f.Previous == p && f.NoPatch != pull.SameContent, f.Path == p && f.Status != pull.Copied && f.Status != pull.Added && f.Status != pull.Renamed && f.Status != pull.Unchanged:
			return "changed"
		}
	}
	return ""
}

// judgeAdded looks at a spec that the pull request brings along.
func judgeAdded(f *pull.File, minWords int) named {
	n := named{what: f.Path + " (added here)", here: "added"}
	switch {
	case f.Mode == pull.Symlink || f.Mode == pull.Submodule:
		n.why, n.fix = "is no text file", "Add the spec as a plain file."
		return n
	case f.Patch == "" && f.Added > 0 && (f.NoPatch == pull.TooLarge || f.NoPatch == pull.NotRead || f.NoPatch == ""):
		n.state, n.why = unread, "was not read: there is no patch"
		return n
	}
	var b strings.Builder
	for line := range strings.Lines(f.Patch) {
		if strings.HasPrefix(line, "+") {
			b.WriteString(line[1:])
		}
	}
	return judgeText(n, f.Path, b.String(), minWords)
}

func judgeText(n named, p, text string, minWords int) named {
	title := p
	var words int
	switch strings.ToLower(path.Ext(p)) {
	case ".md", ".markdown", ".mdx", "":
		n.doc = markdown.Parse(text)
		words = markdown.AskedWords(n.doc).CountAll()
		title = heading(n.doc, p)
	default:
		var c markdown.Counter
		for line := range strings.Lines(text[:min(len(text), markdown.MaxText)]) {
			if !markdown.Placeholder(line) {
				c.Add(line)
			}
		}
		words = c.Count()
	}
	if words < minWords {
		n.state, n.why = bad, fmt.Sprintf("says %s of its own, %d wanted: headings and placeholders are not counted", plural(words), minWords)
		n.fix = "Write into it what is to be done, or name a spec that says so."
		return n
	}
	n.state, n.link = good, check.Link{Title: title, Path: p}
	return n
}

// heading is a document's first heading, its path where there is none.
func heading(doc *markdown.Document, p string) string {
	for i := range doc.Lines {
		if line := &doc.Lines[i]; line.Level > 0 && line.Said() && line.Text() != "" {
			return line.Text()
		}
	}
	return p
}
