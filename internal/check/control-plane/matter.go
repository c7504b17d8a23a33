package controlplane

import "strings"

// matter compares the front matter of both sides: which tools an agent or a skill may use, and when a rule applies.
func (c *change) matter() {
	if c.partial {
		return
	}
	base, head := &value{kind: mapping}, &value{kind: mapping}
	var err error
	if n := frontMatter(c.head.lines); n > 2 {
		if head, err = parseYAML(loose(c.head.lines[:n-1])); err != nil {
			if !simpleMatter(c.head.lines[1 : n-1]) {
				c.unreadable(err)
			}
			return
		}
	}
	if n := frontMatter(c.base.lines); n > 2 && c.base.there {
		if base, err = parseYAML(loose(c.base.lines[:n-1])); err != nil {
			c.blind = true
			defer func() { c.blind = false }()
			base = &value{kind: mapping}
		}
	}
	w := settingsWalk{c: c, base: base, head: head}
	w.compare(nil, base, head)
	if strings.HasPrefix(strings.ToLower(c.path), ".github/workflows/") {
		c.grantedToAgent(base, head)
	}
}

// loose writes front matter so that YAML reads it: rules for Cursor have globs without quotes, "globs: *.ts,*.tsx".
func loose(lines []line) string {
	var b strings.Builder
	for i, l := range lines {
		s := l.text
		if i == 0 {
			s = "" // keeps the numbers of the lines
		}
		if key, val, ok := strings.Cut(s, ": "); ok && !strings.HasPrefix(s, " ") && (strings.HasPrefix(val, "*") || strings.HasPrefix(val, "@") || strings.HasPrefix(val, "%") || strings.Contains(val, ": ") || strings.HasPrefix(val, "[") && !strings.Contains(val, "]")) {
			s = key + ": '" + strings.ReplaceAll(val, "'", "''") + "'"
		}
		b.WriteString(s + "\n")
	}
	return b.String()
}

// simpleMatter reports whether front matter that is no YAML has nothing that permits.
func simpleMatter(lines []line) bool {
	for _, l := range lines {
		key, _, _ := strings.Cut(strings.ToLower(l.text), ":")
		if r := roles[strings.TrimSpace(key)]; r != nil {
			return false
		}
	}
	return true
}
