package claims

import (
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// change is the diff as the claims are held against it. Each patch is parsed once, and only if a claim asks.
type change struct {
	files   []pull.File
	kinds   []kind.Kind
	patches []patch
	lower   [][]string       // the names of each file, in lower case
	names   map[string][]int // files by their last names in lower case, old names too
	stems   map[string]bool  // of the files' names, for what is nearly one
	wanted  map[string]*trace
	proofs  int // how often the whole text was searched
	corpus  string
	globs   int // patterns that were held against all files
	weighed int // lines that were looked at for what they do
}

type patch struct {
	hunks  []pull.Hunk
	err    error
	parsed bool
}

func newChange(in *check.Input) *change {
	files := in.Pull.Files
	c := &change{
		files: files, kinds: make([]kind.Kind, len(files)), patches: make([]patch, len(files)),
		lower: make([][]string, len(files)), names: map[string][]int{}, wanted: map[string]*trace{},
	}
	for i := range files {
		c.kinds[i] = in.Kinds.Of(files[i].Path)
		for _, p := range files[i].Paths() {
			p = strings.ToLower(p)
			base := p[strings.LastIndexByte(p, '/')+1:]
			c.lower[i] = append(c.lower[i], p)
			c.names[base] = append(c.names[base], i)
		}
	}
	return c
}

// hunks are a file's, nil where it has none or they could not be read.
func (c *change) hunks(i int) []pull.Hunk {
	p := &c.patches[i]
	if !p.parsed {
		p.parsed = true
		p.hunks, p.err = c.files[i].Hunks()
	}
	return p.hunks
}

// read reports whether a file's change is known.
func (c *change) read(i int) bool {
	c.hunks(i)
	return c.patches[i].err == nil
}

// at is the place of a line in a file.
func (c *change) at(i int, lines ...pull.Line) place {
	p := place{path: c.files[i].Path, quote: check.Quote(lines...)}
	for _, l := range lines {
		if l.New > 0 {
			p.line = l.New
			break
		}
	}
	return p
}

// all are the places of a few files, for a message: their names.
func (c *change) some(files []int) string {
	const shown = 3
	var names []string
	for _, i := range files[:min(len(files), shown)] {
		names = append(names, c.files[i].Path)
	}
	text := strings.Join(names, ", ")
	if n := len(files) - shown; n > 0 {
		text += " and " + plural(n, "more", "more")
	}
	return text
}

// trace is where a symbol was met.
type trace struct {
	added, removed *place
	context, name  bool // in an unchanged line, in a path
}

func (t *trace) any() bool { return t.added != nil || t.removed != nil || t.context || t.name }

// want asks for the traces of a symbol. Case, underscores and hyphens don't matter.
func (c *change) want(symbol string) { c.wanted[fold(symbol)] = &trace{} }

// fold is a name as every spelling of it has it: "MaxRetries", "max_retries" and "max-retries" are one.
func fold(name string) string {
	out := make([]rune, 0, len(name))
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, unicode.ToLower(r))
		}
	}
	return string(out)
}

// trace finds all wanted symbols in one walk over the diff.
func (c *change) trace() {
	if len(c.wanted) == 0 {
		return
	}
	var s scanner
	for i := range c.files {
		for _, p := range c.files[i].Paths() {
			s.names(p, c.wanted, func(t *trace) { t.name = true })
		}
		hunks := c.hunks(i)
		for h := range hunks {
			s.names(hunks[h].Section, c.wanted, func(t *trace) { t.context = true })
			for l := range hunks[h].Lines {
				line := &hunks[h].Lines[l]
				s.names(line.Text, c.wanted, func(t *trace) {
					switch {
					case line.Op == pull.Add && t.added == nil:
						at := c.at(i, *line)
						t.added = &at
					case line.Op == pull.Remove && t.removed == nil:
						at := c.at(i, *line)
						t.removed = &at
					case line.Op == pull.Context:
						t.context = true
					}
				})
			}
		}
	}
}

// scanner folds the names of a line without making a string of each.
type scanner struct{ word, whole []byte }

// names calls met for each wanted name in a text: as it stands, and with hyphens taken for parts of it.
func (s *scanner) names(text string, wanted map[string]*trace, met func(*trace)) {
	s.word, s.whole = s.word[:0], s.whole[:0]
	flush := func(b []byte) {
		if len(b) > 2 {
			if t := wanted[string(b)]; t != nil {
				met(t)
			}
		}
	}
	for i := 0; i <= len(text); i++ {
		var b byte
		if i < len(text) {
			b = text[i]
		}
		switch {
		case b >= 'A' && b <= 'Z':
			b += 'a' - 'A'
			fallthrough
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9', b >= 0x80:
			s.word, s.whole = append(s.word, b), append(s.whole, b)
		case b == '_':
		case b == '-':
			flush(s.word)
			s.word = s.word[:0]
		default:
			flush(s.word)
			if len(s.whole) != len(s.word) {
				flush(s.whole)
			}
			s.word, s.whole = s.word[:0], s.whole[:0]
		}
	}
}

// text is the whole diff with its paths, in lower case.
func (c *change) text() string {
	if c.corpus == "" {
		var b strings.Builder
		for i := range c.files {
			b.WriteString(c.files[i].Path + "\n" + c.files[i].Previous + "\n" + c.files[i].Patch + "\n")
		}
		c.corpus = strings.ToLower(b.String())
	}
	return c.corpus
}

// maxProofs bounds how often the whole diff is searched for the parts of a name.
const maxProofs = 20

// nowhere reports whether a symbol left no trace at all: the whole diff was read, and a word of the name is in none of
// its lines. A name may be put together from its words (a getter, a column) and then stands nowhere as a whole.
func (c *change) nowhere(symbol string) bool {
	if c.proofs == maxProofs || !c.wholeTextRead() {
		return false
	}
	c.proofs++
	text := c.text()
	for _, word := range wordsOf(symbol) {
		if !commonParts[word] && !strings.Contains(text, strings.TrimSuffix(word, "s")) {
			return true
		}
	}
	return false
}

var commonParts = wordSet("get set is has use with new to of by on in at from for the and")

// wholeTextRead reports whether every file's text was read. A binary file may hold anything.
func (c *change) wholeTextRead() bool {
	for i := range c.files {
		if !c.read(i) || c.files[i].NoPatch == pull.Binary && !picture(c.files[i].Path) || c.files[i].Mode == pull.Submodule {
			return false
		}
	}
	return true
}

func picture(path string) bool {
	for _, ext := range []string{".png", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".svg", ".pdf", ".mp4", ".woff", ".woff2", ".ttf"} {
		if strings.HasSuffix(strings.ToLower(path), ext) {
			return true
		}
	}
	return false
}

// wordsOf are the words of a name, in lower case: "retryOnHTTP2_max" is retry, on, http, max.
func wordsOf(name string) []string {
	var words []string
	runes := []rune(name)
	from := 0
	end := func(at int) {
		if at-from > 1 {
			words = append(words, strings.ToLower(string(runes[from:at])))
		}
		from = at
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r):
			end(i)
			from = i + 1
		case i > from && unicode.IsUpper(r) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			end(i)
		}
	}
	end(len(runes))
	return words
}
