package agent

import (
	"net/mail"
	"slices"
	"strings"
)

// trailer is one line "Key: value" of the block that ends a commit's message.
type trailerLine struct {
	key   string // in lower case
	value string
	line  string // as it stands, unfolded
}

// trailersOf reads the trailers of a message as git does: the last paragraph, where every line is a trailer or folds one
// before it, or where at least one line is a trailer that git itself writes and a quarter are trailers. A message of one
// paragraph has a subject and no trailers.
func trailersOf(message string) []trailerLine {
	message = strings.ReplaceAll(strings.TrimRight(message, " \t\r\n"), "\r\n", "\n")
	start := lastParagraph(message)
	if start <= 0 {
		return nil
	}
	if far := len(message) - maxTrailerText; start < far {
		start = far + max(0, strings.IndexByte(message[far:], '\n')+1)
	}
	var found []trailerLine
	others := 0
	for line := range strings.SplitSeq(message[start:], "\n") {
		if line != "" && (line[0] == ' ' || line[0] == '\t') && len(found) > 0 {
			last := &found[len(found)-1]
			last.value += " " + strings.TrimSpace(line)
			last.line += " " + strings.TrimSpace(line)
			continue
		}
		if key, value, ok := splitTrailer(line); ok {
			found = append(found, trailerLine{strings.ToLower(key), value, strings.TrimSpace(line)})
		} else if !strings.HasPrefix(line, "(cherry picked from commit ") {
			others++
		}
	}
	if others > 0 && (len(found) == 0 || !gits(found) || others > 3*len(found)) {
		return nil
	}
	return found[max(0, len(found)-maxTrailers):]
}

// What is read of one commit's trailers, lines and bytes: those that tools add stand last.
const (
	maxTrailers    = 200
	maxTrailerText = 16 << 10
)

// withSquashed adds to the trailers of this pull request's own squash those of the commits that it lists, as GitHub does:
// a message each, behind "* ".
func withSquashed(found []trailerLine, message string) []trailerLine {
	parts := strings.Split(strings.ReplaceAll(message, "\r\n", "\n"), "\n* ")
	for _, part := range parts[1:min(len(parts), maxSquashed)] {
		for _, t := range trailersOf(part) {
			if len(found) < maxTrailers && !slices.Contains(found, t) {
				found = append(found, t)
			}
		}
	}
	return found
}

// maxSquashed bounds the commits of a squash: GitHub lists no more of a pull request.
const maxSquashed = 251

// lastParagraph is where the last paragraph begins, 0 where there is only one.
func lastParagraph(message string) int {
	end := len(message)
	for {
		i := strings.LastIndexByte(message[:end], '\n')
		if i < 0 {
			return 0
		}
		if strings.TrimSpace(message[i+1:end]) == "" && end < len(message) {
			return end + 1
		}
		end = i
	}
}

// splitTrailer takes a line apart; a key is letters, digits and hyphens.
func splitTrailer(line string) (key, value string, ok bool) {
	i := strings.IndexByte(line, ':')
	if i <= 0 || i > 64 {
		return "", "", false
	}
	key = strings.TrimRight(line[:i], " ")
	for _, c := range key {
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return "", "", false
		}
	}
	return key, strings.TrimSpace(line[i+1:]), key != ""
}

// gits reports whether git itself writes one of the trailers.
func gits(found []trailerLine) bool {
	for _, t := range found {
		if t.key == "signed-off-by" {
			return true
		}
	}
	return false
}

// address takes "Name <address>" apart. The address comes in lower case; "" where there is none.
func address(value string) (name, email string) {
	if open, end := strings.LastIndexByte(value, '<'), strings.LastIndexByte(value, '>'); open >= 0 && end > open {
		return strings.Trim(strings.TrimSpace(value[:open]), `"`), strings.ToLower(strings.TrimSpace(value[open+1 : end]))
	}
	if a, err := mail.ParseAddress(value); err == nil {
		return a.Name, strings.ToLower(a.Address)
	}
	return strings.TrimSpace(value), ""
}
