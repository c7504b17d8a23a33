package digest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/gate"
)

// JSON is the report as "check --format json" prints it: one object, two spaces a level, sorted keys, a line break at
// the end; lists are never null. One report always gives the same bytes. Characters that cannot be seen or that steer
// a terminal are escaped, so that it can be printed anywhere.
func JSON(r *gate.Report) ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("report of %s#%d as JSON: %w", r.Repository, r.Pull, err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("report of %s#%d as JSON: %w", r.Repository, r.Pull, err)
	}
	return encode(listed(tree))
}

// encode writes v with sorted keys, provided that its objects are maps.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return harden(b.Bytes(), ""), nil
}

// listed puts an empty list where there is a null: in a report nothing else is written so but "bot", which has null for
// none.
func listed(v any) any {
	switch v := v.(type) {
	case nil:
		return []any{}
	case []any:
		for i := range v {
			v[i] = listed(v[i])
		}
	case map[string]any:
		for key := range v {
			if key != "bot" {
				v[key] = listed(v[key])
			}
		}
	}
	return v
}

// harden escapes what cannot be seen, and each of also, in a JSON text; both can stand within its strings only.
func harden(text []byte, also string) []byte {
	out := make([]byte, 0, len(text)+64)
	for _, r := range string(text) {
		switch {
		case r == '\n', !hidden(r) && !strings.ContainsRune(also, r):
			out = utf8.AppendRune(out, r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

// fenced is r's JSON in a code fence that nothing in it can close. Findings beyond most of each check are left out, and
// the time is: what has not changed must not edit the comment.
func fenced(r *gate.Report, most int) (block string, whole bool) {
	short, whole := withFindings(r, most)
	short.At = time.Time{}
	data, err := JSON(short)
	if err != nil {
		return "", false // a time outside the years that JSON has: the report goes without its folded form
	}
	// Backticks and angle brackets are escaped too, so that a reader of the raw text who knows no Markdown, a mail
	// program for one, sees no end of the fence, the fold or the marker either.
	data = bytes.TrimRight(harden(data, "`<>&"), "\n")
	return "```json\n" + string(data) + "\n```\n", whole
}

// withFindings is r with at most most findings in each verdict, and whether that are all.
func withFindings(r *gate.Report, most int) (*gate.Report, bool) {
	whole := true
	short := *r
	short.Verdicts = slices.Clone(r.Verdicts)
	for i := range short.Verdicts {
		if v := &short.Verdicts[i]; len(v.Findings) > most {
			v.Findings, whole = v.Findings[:most], false
		}
	}
	return &short, whole
}
