package claims

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// illustrations are directories whose code shows something to readers: a change there may well be one of documentation.
var illustrations = wordSet("docs doc documentation website site www examples example samples sample demo demos storybook stories tutorial tutorials man guides snippets")

// illustrates reports whether a file's code may be documentation.
func illustrates(path string) bool {
	for _, dir := range strings.Split(strings.ToLower(path), "/") {
		if illustrations[dir] {
			return true
		}
	}
	return strings.HasSuffix(path, ".ipynb")
}

// maxWeighed bounds how many changed lines are looked at for what they do; what is beyond stays open.
const maxWeighed = 30_000

// runs finds a line of a code file whose change certainly changes what a program does: a word of it is on one side of
// the file's change only, and the line can be neither a comment nor part of a longer one or of a text.
func (c *change) runs(i int) (pull.Line, bool) {
	lang := kind.Language(c.files[i].Path)
	hunks := c.hunks(i)
	if n := c.files[i].Added + c.files[i].Removed; n > maxWeighed-c.weighed {
		return pull.Line{}, false
	}
	c.weighed += c.files[i].Added + c.files[i].Removed
	balance := map[string]int{}
	var sure []pull.Line
	for h := range hunks {
		lines := hunks[h].Lines
		if balanced := certain(lines, lang, nil); balanced != nil {
			for l := range lines {
				if balanced[l] && lines[l].Op != pull.Context {
					sure = append(sure, lines[l])
				}
			}
		}
		for l := range lines {
			step := 1
			switch lines[l].Op {
			case pull.Context:
				continue
			case pull.Remove:
				step = -1
			}
			for _, word := range codeWords(lines[l].Text, lang) {
				balance[word] += step
			}
		}
	}
	// What is new is shown before what is gone.
	slices.SortStableFunc(sure, func(a, b pull.Line) int { return min(b.New, 1) - min(a.New, 1) })
	for _, l := range sure {
		for _, word := range codeWords(l.Text, lang) {
			if n := balance[word]; n > 0 && l.Op == pull.Add || n < 0 && l.Op == pull.Remove {
				return l, true
			}
		}
	}
	return pull.Line{}, false
}

// codeWords are the names and numbers of a line without its comment at the end.
func codeWords(text, lang string) []string {
	text = strings.TrimSpace(text)
	if mark := kind.LineComment(lang); mark != "" {
		if strings.HasPrefix(text, mark) {
			return nil
		}
		if at := strings.Index(text, " "+mark); at >= 0 {
			text = text[:at]
		}
	}
	if at := strings.Index(text, "/*"); at >= 0 && kind.LineComment(lang) == "//" {
		text = text[:at]
	}
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
}

var (
	// statementShape is how a line of code looks that no sentence looks like.
	bracesShape = regexp.MustCompile(`^[^*#].*(?:[;{]|\) \{|\}\)?;?)$|^[\w.<>,\[\]* &]+\(.*\)[;,]?$|^(?:return|if|for|func|fn|let|const|var|import|export|class|def|public|private) .*[;({]$|^[\w.]+ :?= \S+`)
	indentShape = regexp.MustCompile(`^(?:async )?(?:def|class) \w+.*:$|^(?:from [\w.]+ import|import [\w.]+)\b|^@\w|^(?:return|raise|yield|assert) \S|^(?:if|elif|for|while|with|except) .*:$|^[\w.\[\]'"]+(?:: [\w\[\], .|]+)? [-+*/|&]?= \S|^[\w.]+\(.*\)$`)
)

// certain tells for each line of a hunk whether it is code whatever stands around the hunk; nil where that cannot be
// told. A hunk shows only a piece of a file: it may lie within a long comment or text.
//
// also is a further shape that code has.
func certain(lines []pull.Line, lang string, also *regexp.Regexp) []bool {
	mark := kind.LineComment(lang)
	if mark == "" {
		return nil
	}
	out := make([]bool, len(lines))
	shape := bracesShape
	if mark == "#" {
		shape = indentShape
	}
	inside := begunBefore(lines)
	for i := range lines {
		text := strings.TrimSpace(lines[i].Text)
		opens, closes := strings.Count(text, "/*"), strings.Count(text, "*/")
		texts := strings.Count(text, `"""`) + strings.Count(text, "'''")
		if mark == "#" {
			opens, closes = 0, 0
		}
		if !inside && opens == 0 && texts == 0 && text != "" && !strings.HasPrefix(text, mark) && !strings.HasPrefix(text, "*") &&
			!strings.HasPrefix(text, ">>>") && !strings.HasPrefix(text, "...") && len(text) < 1000 && (shape.MatchString(text) || also != nil && also.MatchString(text)) {
			out[i] = true
		}
		switch {
		case opens > closes, texts%2 == 1 && !inside:
			inside = true
		case closes > opens, texts%2 == 1:
			inside = false
		}
	}
	if mark == "#" && !anchored(lines, out) {
		return nil
	}
	return out
}

// begunBefore reports whether a hunk begins inside of a comment or a text: the first mark in it is one that ends.
func begunBefore(lines []pull.Line) bool {
	for i := range lines {
		text := strings.TrimSpace(lines[i].Text)
		switch opens, closes := strings.Index(text, "/*"), strings.Index(text, "*/"); {
		case closes >= 0 && (opens < 0 || closes < opens):
			return true
		case opens >= 0:
			return false
		}
		for _, mark := range []string{`"""`, "'''"} {
			// A text's last line has its words before the mark, or nothing; its first line has them behind.
			if n := strings.Count(text, mark); n == 1 {
				return strings.HasSuffix(text, mark) && !strings.HasPrefix(text, "r"+mark) && !strings.HasSuffix(text, "("+mark) && !strings.HasSuffix(text, "= "+mark) &&
					(text != mark || !followsHead(lines, i))
			}
			if strings.Contains(text, mark) {
				return false
			}
		}
	}
	return false
}

// followsHead reports whether the line before one opens a function, a class or nothing at all: a text there begins.
func followsHead(lines []pull.Line, i int) bool {
	for i--; i >= 0; i-- {
		if text := strings.TrimSpace(lines[i].Text); text != "" {
			return strings.HasSuffix(text, ":") && indentShape.MatchString(text)
		}
	}
	return lines[0].Old <= 1 && lines[0].New <= 1
}

// anchored reports whether a hunk of a language with long texts shows code that stands at the left margin, or is made of
// nothing but code: an example in a text is indented, and has words around it.
func anchored(lines []pull.Line, code []bool) bool {
	all, sure := 0, 0
	for i := range lines {
		text := lines[i].Text
		if strings.TrimSpace(text) == "" {
			continue
		}
		all++
		if code[i] {
			sure++
			if text[0] != ' ' && text[0] != '\t' {
				return true
			}
		}
	}
	return sure >= 3 && sure*2 > all
}
