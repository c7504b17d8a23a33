package spec

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

// fromKeys are the keys of another tracker in the title, the description and the name of the branch. Nobody asks that
// tracker, so a key counts by its shape.
func fromKeys(r *pull.Request, t *text, o Options) []named {
	re, err := regexp.Compile(o.Key)
	if err != nil {
		return nil // Validate has refused it
	}
	var keys []string
	add := func(s string) {
		for _, at := range re.FindAllStringIndex(s, maxNamed) {
			if key := s[at[0]:at[1]]; whole(s, at) && !slices.Contains(keys, key) && len(keys) < maxNamed {
				keys = append(keys, key)
			}
		}
	}
	add(r.Title)
	for i := range t.body.Lines {
		line := &t.body.Lines[i]
		if !t.counts(line) {
			continue
		}
		for _, span := range line.Spans {
			switch span.Kind {
			case markdown.Words:
				add(span.Text)
			case markdown.Link:
				add(span.Text)
				add(span.URL)
			}
		}
	}
	add(r.Head.Name)
	var all []named
	for _, key := range keys {
		all = append(all, judgeKey(key, o.KeyURL))
	}
	return all
}

func judgeKey(key, template string) named {
	if strings.ContainsAny(key, "0123456789") && !strings.ContainsAny(key, "123456789") {
		return named{what: key, why: "is a placeholder for a key", fix: "Name the ticket's own key."}
	}
	n := named{what: key + " (its tracker is not asked)", state: good, link: check.Link{Title: key}}
	if template != "" {
		n.link.URL = strings.ReplaceAll(template, "{key}", url.PathEscape(key))
	}
	return n
}

// whole reports whether a match is not a piece of a longer word.
func whole(s string, at []int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
	after, _ := utf8.DecodeRuneInString(s[at[1]:])
	part := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	return at[0] < at[1] && (at[0] == 0 || !part(before)) && (at[1] == len(s) || !part(after))
}
