package spec

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
)

// fromURLs are the links below an allowed prefix. Nobody opens them, so a link counts by where it leads.
func fromURLs(t *text, prefixes []string) []named {
	var all []named
	var seen []string
	for i := range t.body.Lines {
		line := &t.body.Lines[i]
		if !t.counts(line) {
			continue
		}
		for _, span := range line.Spans {
			if span.Kind != markdown.Link || slices.Contains(seen, span.URL) || len(seen) == maxNamed || !below(span.URL, prefixes) {
				continue
			}
			seen = append(seen, span.URL)
			title := span.Text
			if strings.TrimSpace(title) == "" {
				title = span.URL
			}
			all = append(all, named{what: span.URL + " (the page is not read)", state: good, link: check.Link{Title: title, URL: span.URL}})
		}
	}
	return all
}

// below reports whether an address leads to a page below one of the prefixes: the same scheme and host, and a longer
// path, cut where a segment ends.
func below(address string, prefixes []string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Host == "" || len(address) > 2048 {
		return false
	}
	for _, prefix := range prefixes {
		p, err := url.Parse(prefix)
		if err != nil || u.Scheme != p.Scheme || !strings.EqualFold(u.Host, p.Host) {
			continue
		}
		root := strings.TrimSuffix(p.Path, "/") + "/"
		clean := path.Clean("/" + u.Path)
		if strings.HasPrefix(clean, root) && clean != root {
			return true
		}
	}
	return false
}
