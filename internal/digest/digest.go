// Package digest shows a report: as Markdown for the comment on a pull request and for check runs, as text for a
// terminal, as JSON and as SARIF.
//
// It decides nothing and reads nothing: a report goes in, text comes out, the same each time. The words of a pull
// request pass through escape.go on every way out. Publishing, and cutting annotations into batches, is the edge's.
package digest

import (
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
)

// GitHub's limits. It counts characters ("Body is too long (maximum is 65536 characters)" for a comment, "Only 65535
// characters are allowed" for a check run) and its pages don't say which; bytes are never fewer, so we count bytes.
const (
	MaxComment = 65536
	MaxTitle   = 255   // of a check run and of an annotation
	MaxText    = 65535 // of a check run's summary, and of its text
	MaxMessage = 65536 // of an annotation: "64 KB"
)

// Marker is the hidden line that opens the digest of r's pull request. Anybody can write it: a comment is ours only
// if our App wrote it too.
func Marker(r *gate.Report) string { return MarkerOf(r.Repository, r.Pull) }

// MarkerOf is Marker for who has no report at hand.
func MarkerOf(repo string, number int) string {
	repo = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("/._-", c) {
			return c
		}
		return -1
	}, repo)
	// "--" must not stand in a comment of HTML.
	for strings.Contains(repo, "--") {
		repo = strings.ReplaceAll(repo, "--", "-")
	}
	return "<!-- sluice digest of " + repo + "#" + strconv.Itoa(number) + " -->"
}

// Marked reports whether body opens with the marker of a pull request's digest. Anywhere else a marker means nothing.
func Marked(body, repo string, number int) bool {
	return strings.HasPrefix(body, MarkerOf(repo, number))
}

// Comment is the digest: the comment on r's pull request, at most [MaxComment] bytes. It is empty where no agent took
// part, and where the policy asks nothing of the agent: there is nothing to say, and a comment that stands should go.
func Comment(r *gate.Report) string {
	if !involved(r) {
		return ""
	}
	shapes := worth(MaxComment, commentShapes, func(s shape) int { return leastReported(r.Verdicts, s) })
	return fit(MaxComment, shapes, func(s shape) string { return comment(r, s) }, func() string { return bare(r) })
}
