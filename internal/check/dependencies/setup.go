package dependencies

import (
	"regexp"
	"strings"
)

// setupCfg reads the requirements of setup.cfg: lists that go on over indented lines.
func setupCfg(text string) (*listing, error) {
	l := &listing{}
	wanted := false
	take := func(value string) {
		if e, ok := pep508(value); ok && e.name != "" {
			l.add(e)
		}
	}
	eachSetting(text, func(section, key, value string) {
		switch {
		case key == "" && wanted:
			take(value)
		case key != "":
			wanted = section == "options" && (key == "install_requires" || key == "setup_requires" || key == "tests_require") || section == "options.extras_require"
			if wanted {
				take(value)
			}
			if key == "index_url" || key == "index-url" || key == "find_links" || key == "dependency_links" {
				l.set(registry, key, value)
			}
			if key == "cmdclass" {
				l.set(script, key, value)
			}
		}
	})
	return l, nil
}

var (
	setupList   = regexp.MustCompile(`(?:install_requires|setup_requires|tests_require|extras_require|requirements)\s*=\s*([\[{])`)
	pythonWord  = regexp.MustCompile(`"([^"\n]*)"|'([^'\n]*)'`)
	setupScript = regexp.MustCompile(`\bcmdclass\s*=\s*([^\n#]*)`)
	setupLinks  = regexp.MustCompile(`\bdependency_links\s*=\s*([^\n#]*)`)
)

// setupPy looks for the lists of requirements by their names; it runs nothing.
func setupPy(text string) (*listing, error) {
	l := &listing{}
	text = withoutComments(text, "#")
	for rest := text; ; {
		m := setupList.FindStringSubmatchIndex(rest)
		if m == nil {
			break
		}
		rest = rest[m[2]:]
		end := balanced(rest)
		for _, w := range pythonWord.FindAllStringSubmatch(rest[:end], -1) {
			if e, ok := pep508(w[1] + w[2]); ok {
				l.add(e)
			}
		}
		rest = rest[end:]
	}
	if m := setupScript.FindStringSubmatch(text); m != nil {
		l.set(script, "cmdclass", strings.TrimSpace(m[1]))
	}
	if m := setupLinks.FindStringSubmatch(text); m != nil {
		l.set(registry, "dependency_links", strings.TrimSpace(m[1]))
	}
	return l, nil
}

// balanced is the index after the bracket that closes the one that text begins with.
func balanced(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[', '{', '(':
			depth++
		case ']', '}', ')':
			depth--
		case '"', '\'':
			end := strings.IndexByte(text[i+1:], text[i])
			if end < 0 {
				return len(text)
			}
			i += end + 1
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(text)
}

// longestLine of a program is read; people write no longer ones.
const longestLine = 10_000

// withoutComments leaves out lines that are comments, and what is beyond the end of a line that nobody wrote.
func withoutComments(text, mark string) string {
	var out strings.Builder
	out.Grow(len(text))
	for line := range strings.Lines(text) {
		if len(line) > longestLine {
			line = line[:longestLine] + "\n"
		}
		if !strings.HasPrefix(strings.TrimSpace(line), mark) {
			out.WriteString(line)
		}
	}
	return out.String()
}
