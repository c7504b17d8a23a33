package sensitive

import (
	"strings"
	"sync"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/zricethezav/gitleaks/v8/config"
)

// scan looks at the lines of a pull request, file by file.
type scan struct {
	pull   *pull.Request
	leaks  *leaks
	index  *index
	buffer []byte
	added  *block // of the file at hand

	// work is the bytes that went through regular expressions, apart for files in which nothing fails: they must not use up
	// what the others need.
	work        [2]int
	spent       bool // there was more to do than is done
	found       int  // credentials
	leaked      map[leakKey]bool
	secretLines map[leakKey]bool // lines that no finding may quote
	removed     map[string]int   // the removed lines of the whole change that a pattern is of, once somebody asks
}

// index has the words of credentials and of patterns together: lines are gone through once.
type index struct {
	*words
	rules    [][]*config.Rule // by word
	patterns [][]*pattern     // by word
}

var theIndex = sync.OnceValue(func() *index {
	d := detector()
	var ours []string
	for i := range patterns {
		ours = append(ours, patterns[i].words...)
	}
	x := &index{words: newWords(d.words, ours)}
	x.rules, x.patterns = make([][]*config.Rule, len(x.all)), make([][]*pattern, len(x.all))
	for id, word := range x.all {
		x.rules[id] = d.byWord[word]
	}
	for i := range patterns {
		for _, word := range patterns[i].words {
			x.patterns[x.ids[word]] = append(x.patterns[x.ids[word]], &patterns[i])
		}
	}
	return x
})

func newScan(r *pull.Request) *scan {
	return &scan{pull: r, leaks: detector(), index: theIndex(), leaked: map[leakKey]bool{}, secretLines: map[leakKey]bool{}}
}

// hit is a pattern whose word a line has.
type hit struct {
	line    int
	pattern *pattern
}

// credentials looks at the added lines for credentials, and notes what else they have words of for [scan.lines].
func (s *scan) credentials(f *file) []seen {
	out := keyStore(f)
	s.added = blockOf(f, pull.Add, s.buffer)
	s.buffer = s.added.lower
	s.added.hits = nil
	if f.kind == kind.Lock || f.kind == kind.Vendored {
		return out
	}
	tried := map[*config.Rule]int{}
	noted := map[*pattern]int{}
	s.index.each(s.added, func(line, word int) {
		for _, rule := range s.index.rules[word] {
			if last, ok := tried[rule]; ok && last == line {
				continue
			}
			tried[rule] = line
			out = append(out, s.try(f, s.added, line, rule)...)
		}
		for _, p := range s.index.patterns[word] {
			if last, ok := noted[p]; ok && last == line {
				continue
			}
			noted[p] = line
			s.added.hits = append(s.added.hits, hit{line, p})
		}
	})
	return out
}

// lines looks at the added lines for patterns, and at the removed ones for guards that are gone.
func (s *scan) lines(f *file) []seen {
	out := guardsRemoved(f)
	if !f.code() {
		return out
	}
	lang := f.lang()
	for _, h := range s.added.hits {
		line := s.added.lines[h.line]
		if !h.pattern.where(f) || len(line.Text) > maxLine {
			continue
		}
		if !s.spend(f, len(line.Text)) {
			break
		}
		at := h.pattern.regexp.FindStringIndex(line.Text)
		if at == nil || h.pattern.except != nil && h.pattern.except.MatchString(line.Text) || !live(line.Text, at[0], lang, h.pattern.quoted) || s.moved(line.Text) {
			continue
		}
		out = append(out, seen{rule: h.pattern.rule, class: h.pattern.class, fails: h.pattern.fails, Finding: check.Finding{
			Path: f.Path, Line: line.New, Risk: h.pattern.risk, Message: h.pattern.message, Fix: h.pattern.fix, Quote: check.Quote(*line),
		}})
	}
	return out
}

// spend takes n from what may be done for a file, and reports whether there was enough.
func (s *scan) spend(f *file, n int) bool {
	if !f.code() {
		s.work[1] += n
		return s.work[1] <= maxWork/2
	}
	s.work[0] += n
	s.spent = s.spent || s.work[0] > maxWork
	return s.work[0] <= maxWork
}

// moved reports whether a line was only moved: the change removes one that is the same but for white space. Each removed
// line stands for one added line.
func (s *scan) moved(text string) bool {
	if s.removed == nil {
		s.removed = map[string]int{}
		for i := range s.pull.Files {
			f := &s.pull.Files[i]
			if f.Removed == 0 {
				continue
			}
			for line := range strings.SplitSeq(f.Patch, "\n") {
				if strings.HasPrefix(line, "-") {
					s.removed[squeeze(line[1:])]++
				}
			}
		}
	}
	key := squeeze(text)
	if s.removed[key] == 0 {
		return false
	}
	s.removed[key]--
	return true
}

func squeeze(s string) string { return strings.TrimRight(strings.TrimSpace(s), ",;") }

// redact takes the quotes of lines that hold a credential out of what was seen.
func (s *scan) redact(list []seen) {
	for i := range list {
		if list[i].Line > 0 && s.secretLines[leakKey{list[i].Path, list[i].Line}] {
			list[i].Quote = nil
		}
	}
}

// live reports whether what begins at an offset of a line does something: it stands in no comment and, unless the pattern
// is one that is written in strings too, in no string.
func live(text string, at int, lang string, quoted bool) bool {
	trimmed := strings.TrimSpace(text)
	for _, open := range []string{"//", "/*", "* ", "<!--"} {
		if strings.HasPrefix(trimmed, open) {
			return false
		}
	}
	comment := kind.LineComment(lang)
	if comment == "" {
		comment = "#"
	}
	inside := byte(0)
	for i := 0; i < at; i++ {
		c := text[i]
		switch {
		case inside != 0 && c == '\\':
			i++
		case inside != 0:
			if c == inside {
				inside = 0
			}
		case c == '"' || c == '\'' || c == '`':
			inside = c
		case strings.HasPrefix(text[i:], comment) && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t' || len(comment) > 1):
			return false
		}
	}
	return quoted || inside == 0
}
