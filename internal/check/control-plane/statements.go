package controlplane

import (
	"regexp"
	"strings"
	"unicode"
)

// statement is a sentence or an item of a list in an instruction file, with the lines that it was wrapped over joined.
type statement struct {
	n       int    // the line that it begins on
	text    string // as it is written
	norm    string // in lower case, without marks and with single blanks: two that differ in form only are one
	words   []string
	code    bool // it stands in a fence
	comment bool // it stands in an HTML comment: readers of the page don't see it
	force   int  // how strongly it forbids or demands; see forceOf
	par     int  // the paragraph, or the item, that it is a part of
	lead    int  // the force of the heading or the line that it is listed under
}

// holds is the force of a statement where it stands.
func (s *statement) holds() int { return max(s.force, s.lead) }

const maxStatement = 2000 // bytes of a sentence that are looked at

// statements reads the statements of an instruction file; its front matter is left to others.
func statements(lines []line) []statement {
	r := reader{}
	for i := frontMatter(lines); i < len(lines); i++ {
		r.line(lines[i])
	}
	r.end()
	return r.out
}

// frontMatter is the number of lines that a file's front matter takes, 0 where it has none.
func frontMatter(lines []line) int {
	if len(lines) == 0 || lines[0].n != 1 || strings.TrimSpace(lines[0].text) != "---" {
		return 0
	}
	for i, l := range lines[1:] {
		if strings.TrimSpace(l.text) == "---" {
			return i + 2
		}
	}
	return 0
}

// reader joins lines to paragraphs and takes those apart into sentences.
type reader struct {
	out     []statement
	par     strings.Builder
	starts  []start // where the lines of the paragraph begin
	item    bool    // the paragraph is an item of a list
	fence   string
	comment bool
	heading int // the force of the heading above
	colon   int // the force of the line with a colon above
	blank   bool
	pars    int
}

type start struct{ at, n int }

func (r *reader) line(l line) {
	s := strings.TrimSpace(l.text)
	for n := 0; strings.HasPrefix(s, ">") && n < 8; n++ {
		s = strings.TrimSpace(s[1:])
	}
	if r.fence != "" {
		if strings.HasPrefix(s, r.fence) && strings.Trim(s, r.fence[:1]) == "" {
			r.fence = ""
		} else if s != "" {
			r.add(statement{n: l.n, text: s, code: true, lead: r.heading})
		}
		return
	}
	if f := fenceRun(s); f != "" && !r.comment {
		r.end()
		r.fence = f
		return
	}
	s = r.comments(s, l.n)
	marker, item := cutMarker(s)
	switch {
	case s == "":
		r.end()
		r.blank = true
		return
	case strings.HasPrefix(s, "#"):
		r.end()
		r.colon = 0
		r.push(strings.TrimLeft(s, "# "), l.n)
		r.endAs(func(st *statement) { r.heading = leads(st) })
		return
	case item:
		r.end()
		r.item = true
		s = marker
	case strings.HasPrefix(s, "|"):
		r.end()
	case r.blank && !item:
		r.colon = 0
	}
	r.blank = false
	r.push(s, l.n)
	if strings.HasSuffix(s, ":") && !r.item {
		r.endAs(func(st *statement) { r.colon = leads(st) })
	}
}

// leads is the force that a heading or a line with a colon lends to what is listed under it.
func leads(st *statement) int {
	if st.force >= 3 || listOfDonts.MatchString(st.norm) {
		return 3
	}
	return 0
}

var listOfDonts = regexp.MustCompile(`^(?:don ?'?ts?|donts|never|forbidden|prohibited|prohibitions|off[- ]limits|not allowed|red lines|hard rules|guardrails|restrictions|禁止|verboten)\b`)

func (r *reader) push(s string, n int) {
	if r.par.Len() > 0 {
		r.par.WriteByte(' ')
	}
	r.starts = append(r.starts, start{r.par.Len(), n})
	r.par.WriteString(s)
}

func (r *reader) end() { r.endAs(nil) }

// endAs ends the paragraph; last is given its last sentence.
func (r *reader) endAs(last func(*statement)) {
	p := r.par.String()
	r.pars++
	lead := r.heading
	if r.item {
		lead = max(lead, r.colon)
	} else {
		lead = 0 // a paragraph below a heading speaks for itself
	}
	for at := 0; at < len(p); {
		end := sentenceEnd(p, at)
		if s := strings.TrimSpace(p[at:end]); s != "" {
			r.add(statement{n: r.lineOf(at), text: s, lead: lead, par: r.pars})
			if last != nil && end == len(p) && len(r.out) > 0 {
				last(&r.out[len(r.out)-1])
			}
		}
		at = end
	}
	r.par.Reset()
	r.starts = r.starts[:0]
	r.item = false
}

func (r *reader) lineOf(at int) int {
	n := 0
	for _, s := range r.starts {
		if s.at > at+1 {
			break
		}
		n = s.n
	}
	return n
}

// sentenceEnd is where the sentence that begins at at ends: behind a full stop before a capital, or behind one of Chinese or
// Japanese.
func sentenceEnd(p string, at int) int {
	for i := at; i < len(p); i++ {
		if c := p[i]; (c == '.' || c == '!' || c == '?' || c == ';') && i+2 < len(p) && p[i+1] == ' ' {
			if r := rune(p[i+2]); c == ';' || unicode.IsUpper(r) || strings.ContainsRune("\"`*_([", r) || r >= 0x80 {
				return i + 2
			}
		} else if strings.HasPrefix(p[i:], "。") || strings.HasPrefix(p[i:], "！") {
			return i + len("。")
		}
	}
	return len(p)
}

func (r *reader) add(s statement) {
	if len(s.text) > maxStatement {
		s.text = s.text[:maxStatement]
	}
	s.norm = normal(s.text)
	if s.norm == "" {
		return
	}
	s.words = contentWords(s.norm)
	if !s.code {
		s.force = forceOf(s.norm)
	}
	r.out = append(r.out, s)
}

// comments takes HTML comments out of a line and keeps them as statements of their own.
func (r *reader) comments(s string, n int) string {
	if !r.comment && !strings.Contains(s, "<!--") {
		return s
	}
	var shown strings.Builder
	for s != "" {
		if r.comment {
			inner, rest, closed := strings.Cut(s, "-->")
			if t := strings.TrimSpace(inner); t != "" {
				r.add(statement{n: n, text: t, comment: true})
			}
			r.comment, s = !closed, rest
			continue
		}
		before, rest, opened := strings.Cut(s, "<!--")
		shown.WriteString(before)
		r.comment, s = opened, rest
	}
	return strings.TrimSpace(shown.String())
}

func fenceRun(s string) string {
	for _, c := range []string{"`", "~"} {
		if n := len(s) - len(strings.TrimLeft(s, c)); n >= 3 && (c == "~" || !strings.Contains(s[n:], "`")) {
			return s[:n]
		}
	}
	return ""
}

// cutMarker takes a list's mark off.
func cutMarker(s string) (string, bool) {
	if len(s) > 1 && strings.IndexByte("-*+", s[0]) >= 0 && s[1] == ' ' {
		s = strings.TrimSpace(s[2:])
		for _, box := range []string{"[ ] ", "[x] ", "[X] "} {
			s = strings.TrimPrefix(s, box)
		}
		return s, true
	}
	if digits := len(s) - len(strings.TrimLeft(s, "0123456789")); digits > 0 && digits < 4 && len(s) > digits+1 && (s[digits] == '.' || s[digits] == ')') && s[digits+1] == ' ' {
		return strings.TrimSpace(s[digits+2:]), true
	}
	return s, false
}

var plainMarks = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "**", "", "__", "", "`", "", "*", "", "\u00a0", " ")

// normal is a statement without what is only form.
func normal(s string) string {
	s = plainMarks.Replace(strings.ToLower(s))
	if !ascii(s) {
		s = strings.Map(func(r rune) rune {
			if conceals(r) {
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimRight(strings.Join(strings.Fields(s), " "), ".!;,: ")
}

var stopWords = words(`the a an to of in on for and or is are be it its this that with any all you your we our as by at from into not never don't do
	must may should shall can always please agents agent claude only when if then than them they their there so no will would could has have
	without unless except before after use using make sure ensure ever also just`)

// contentWords are the words of a statement that tell what it is about, without doubles; of Chinese and Japanese pairs of characters.
func contentWords(norm string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(w string) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	for w := range strings.FieldsFuncSeq(norm, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '-' && r != '_'
	}) {
		w = strings.Trim(w, "-'_")
		switch {
		case len(w) < 2 || stopWords[w]:
		case ascii(w):
			add(stem(w))
		default:
			rs := []rune(w)
			if !unicode.In(rs[0], unicode.Han, unicode.Hiragana, unicode.Katakana) || len(rs) < 3 {
				add(w)
				continue
			}
			for i := 0; i+1 < len(rs); i++ {
				add(string(rs[i : i+2]))
			}
		}
	}
	return out
}

// stem takes the commonest English endings off, so that "pushing" and "push" are one.
func stem(w string) string {
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if t, ok := strings.CutSuffix(w, end); ok && len(t) >= 3 && !strings.HasSuffix(t, "s") {
			return t
		}
	}
	return w
}
