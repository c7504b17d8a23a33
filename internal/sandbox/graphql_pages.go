package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// connection is a list that is asked for page by page. kind is its items' type without "Connection", as in the schema.
// GitHub wants "first" or "last" and gives no more than 100.
func connection(kind string, items func(args map[string]any) []*thing) resolver {
	return func(args map[string]any) (any, *problem) {
		all := items(args)
		first, hasFirst := integer(args["first"])
		last, hasLast := integer(args["last"])
		switch {
		case !hasFirst && !hasLast:
			return nil, &problem{"MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` or `last` value to properly paginate the connection."}
		case first < 0 || last < 0 || first > 100 || last > 100:
			return nil, &problem{"EXCESSIVE_PAGINATION", fmt.Sprintf("Requesting %d records on the connection exceeds the `first` limit of 100 records.", max(first, last))}
		}
		from, until := 0, len(all)
		if after, is := args["after"].(string); is {
			n, valid := position(after)
			if !valid {
				return nil, &problem{"INVALID_CURSOR_ARGUMENTS", fmt.Sprintf("`%s` does not appear to be a valid cursor.", after)}
			}
			from = min(n, len(all))
		}
		if before, is := args["before"].(string); is {
			n, valid := position(before)
			if !valid {
				return nil, &problem{"INVALID_CURSOR_ARGUMENTS", fmt.Sprintf("`%s` does not appear to be a valid cursor.", before)}
			}
			until = max(min(n-1, len(all)), from)
		}
		if hasFirst {
			until = min(from+first, until)
		} else {
			from = max(until-last, from)
		}
		return pageOf(kind, all, from, until), nil
	}
}

func pageOf(kind string, all []*thing, from, until int) *thing {
	info := &thing{"PageInfo", map[string]any{
		"hasNextPage": until < len(all), "hasPreviousPage": from > 0, "startCursor": nil, "endCursor": nil,
	}}
	if until > from {
		info.fields["startCursor"], info.fields["endCursor"] = cursor(from+1), cursor(until)
	}
	edges := []*thing{}
	for i, item := range all[from:until] {
		edges = append(edges, &thing{kind + "Edge", map[string]any{"cursor": cursor(from + i + 1), "node": item}})
	}
	return &thing{kind + "Connection", map[string]any{
		"totalCount": len(all), "nodes": all[from:until], "edges": edges, "pageInfo": info,
	}}
}

// cursor names the place after the n-th item. To callers it is opaque.
func cursor(n int) string { return "Y3Vyc29y" + strconv.Itoa(n) }

func position(cursor string) (int, bool) {
	digits, is := strings.CutPrefix(cursor, "Y3Vyc29y")
	n, err := strconv.Atoi(digits)
	return n, is && err == nil
}

// integer is an argument that is a number, from a literal or a variable.
func integer(v any) (int, bool) {
	switch v := v.(type) {
	case int64:
		return int(v), true
	case int:
		return v, true
	case float64:
		return int(v), true
	case json.Number:
		n, err := strconv.Atoi(v.String())
		return n, err == nil
	}
	return 0, false
}

// words is an argument that is a word or a list of words.
func words(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, item := range v {
			if s, is := item.(string); is {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}
