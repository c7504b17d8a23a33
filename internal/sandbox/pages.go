package sandbox

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// paged cuts the page out of a list that a call asks for, and sets the Link header (docs, "Using pagination in the REST
// API").
func paged[T any](s *Sandbox, c *call, items []T) []T {
	per := atoi(c.query.Get("per_page"), 30)
	if per < 1 {
		per = 30
	}
	per = min(per, 100)
	page := max(atoi(c.query.Get("page"), 1), 1)
	last := max((len(items)+per-1)/per, 1)
	var links []string
	link := func(rel string, n int) {
		q := url.Values{}
		for k, v := range c.query {
			q[k] = v
		}
		q.Set("page", strconv.Itoa(n))
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel=%q`, s.base, c.r.URL.EscapedPath(), q.Encode(), rel))
	}
	if page > 1 {
		link("prev", min(page-1, last))
	}
	if page < last {
		link("next", page+1)
		link("last", last)
	}
	if page > 1 {
		link("first", 1)
	}
	if len(links) > 0 {
		c.header.Set("Link", strings.Join(links, ", "))
	}
	from := min((page-1)*per, len(items))
	return items[from:min(from+per, len(items))]
}

func atoi(s string, other int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return other
	}
	return n
}
