package markdown

import "strings"

// form is the set of lines that a template brings.
type form struct {
	lines   map[string]bool
	longest int // of its lines, in words
}

// maxFormWords bounds how much of a line is compared with the beginnings that a template brings, in words.
const maxFormWords = 40

func formOf(template *Document) form {
	f := form{lines: map[string]bool{}}
	if template == nil {
		return f
	}
	for i := range template.Lines {
		if key := formKey(&template.Lines[i]); key != "" {
			f.lines[key] = true
			f.longest = max(f.longest, strings.Count(key, " "))
		}
	}
	return f
}

// formKey is a line without what an editor may change without saying anything. The state of its box belongs to it: a
// box that was ticked is an answer.
func formKey(line *Line) string {
	text := normal(line.Prose())
	if text == "" {
		return ""
	}
	return box(line) + text
}

func box(line *Line) string {
	return [...]string{NoTask: "- ", Unticked: "o ", Ticked: "x "}[line.Task]
}

func (f form) has(line *Line) bool { return f.lines[formKey(line)] }

// cut returns what text says beyond the line of the template that it begins with: the answer behind a question.
func (f form) cut(line *Line, text string) string {
	if f.longest == 0 || line.Task != NoTask {
		return text
	}
	words := strings.Fields(text)
	key, from := "", 0
	for i, word := range words[:min(len(words), f.longest, maxFormWords)] {
		if n := normal(word); n != "" {
			key = strings.TrimPrefix(key+" "+n, " ")
		}
		// One word of a template is found in too many sentences.
		if i > 0 && f.lines["- "+key] {
			from = i + 1
		} else if i == 0 && strings.HasSuffix(word, ":") && f.lines["- "+key] {
			from = 1
		}
	}
	return strings.Join(words[from:], " ")
}
