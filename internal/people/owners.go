package people

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hmarr/codeowners"
)

// MaxOwners is the size from which on GitHub does not load a CODEOWNERS file (docs, "About code owners").
const MaxOwners = 3 << 20

// maxPattern is longer than a path that Linux opens.
const maxPattern = 4096

// Owners is a CODEOWNERS file as GitHub reads it. The zero Owners owns nothing.
type Owners struct {
	rules    []ownerRule // the last that matches wins
	Problems []OwnerProblem
}

// OwnerProblem is a line that GitHub skips.
type OwnerProblem struct {
	Line int
	Text string
	Why  string // "a pattern cannot begin with \"!\""
}

// OwnerLine is what one line says.
type OwnerLine struct {
	Line    int
	Pattern string
	// Owners are the users and teams, "ana" and "acme/payments", and addresses; none where the line takes ownership away.
	Owners []Owner
}

// Owner is one owner of a line.
type Owner struct {
	Name string // "ana", "acme/payments", "ana@acme.example"
	Kind OwnerKind
}

// OwnerKind is what an owner is.
type OwnerKind string

// The kinds of owners.
const (
	OwnerUser  OwnerKind = "user"
	OwnerTeam  OwnerKind = "team"
	OwnerEmail OwnerKind = "email"
)

// String is the owner as CODEOWNERS has it.
func (o Owner) String() string {
	if o.Kind == OwnerEmail {
		return o.Name
	}
	return "@" + o.Name
}

type ownerRule struct {
	OwnerLine
	rule codeowners.Rule
	// What a path must have for the rule to be worth trying: most rules are of other directories.
	prefix, part string
}

// ReadOwners reads the text of a CODEOWNERS file. GitHub skips a line that it cannot read, and so does this.
func ReadOwners(text string) *Owners {
	o := &Owners{}
	if len(text) >= MaxOwners {
		o.Problems = append(o.Problems, OwnerProblem{Why: "the file is larger than 3 MB, so GitHub does not load it"})
		return o
	}
	n := 0
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		rule, why := readOwnerLine(line)
		if why != "" {
			o.Problems = append(o.Problems, OwnerProblem{n, line, why})
			continue
		}
		rule.Line = n
		o.rules = append(o.rules, rule)
	}
	return o
}

func readOwnerLine(line string) (rule ownerRule, why string) {
	pattern, rest := cutPattern(line)
	switch {
	case len(pattern) > maxPattern:
		return rule, fmt.Sprintf("its pattern has more than %d bytes", maxPattern)
	case strings.HasPrefix(pattern, "!"):
		return rule, `"!" does not negate here`
	case strings.HasPrefix(pattern, `\#`):
		return rule, `"#" cannot be escaped here`
	case strings.ContainsAny(pattern, "[]"):
		return rule, `"[ ]" is no range here`
	case strings.HasSuffix(pattern, `\`) && !strings.HasSuffix(pattern, `\\`):
		return rule, `it ends in a lone "\"`
	}
	plain := plainPattern(pattern)
	if strings.Trim(plain, "/") == "" { // the library panics on it
		return rule, "it matches nothing"
	}
	owners, _, _ := strings.Cut(" "+rest, " #")
	owners = strings.ReplaceAll(owners, "\t#", " #")
	owners, _, _ = strings.Cut(owners, " #")
	parsed, err := codeowners.ParseFile(strings.NewReader(plain+" "+strings.TrimSpace(owners)), codeowners.WithOwnerMatchers(ownerMatchers))
	if err != nil || len(parsed) != 1 {
		return rule, reason(err)
	}
	rule.rule, rule.Pattern = parsed[0], pattern
	for _, owner := range parsed[0].Owners {
		rule.Owners = append(rule.Owners, Owner{owner.Value, ownerKinds[owner.Type]})
	}
	rule.prefix, rule.part = literals(plain)
	return rule, ""
}

// ownerMatchers are the library's, with addresses of all top-level domains.
var ownerMatchers = []codeowners.OwnerMatcher{
	codeowners.OwnerMatchFunc(codeowners.MatchTeamOwner),
	codeowners.OwnerMatchFunc(codeowners.MatchUsernameOwner),
	codeowners.OwnerMatchFunc(func(s string) (codeowners.Owner, error) {
		if local, host, ok := strings.Cut(s, "@"); !ok || local == "" || strings.Contains(host, "@") || !strings.Contains(host, ".") {
			return codeowners.Owner{}, codeowners.ErrNoMatch
		}
		return codeowners.Owner{Value: s, Type: codeowners.EmailOwner}, nil
	}),
}

var ownerKinds = map[string]OwnerKind{codeowners.UsernameOwner: OwnerUser, codeowners.TeamOwner: OwnerTeam, codeowners.EmailOwner: OwnerEmail}

func reason(err error) string {
	if err == nil {
		return "it is no rule"
	}
	return strings.TrimPrefix(err.Error(), "line 1: ")
}

// cutPattern cuts a line at its first blank that no backslash escapes.
func cutPattern(line string) (pattern, rest string) {
	escaped := false
	for i := range len(line) {
		switch {
		case escaped:
			escaped = false
		case line[i] == '\\':
			escaped = true
		case line[i] == ' ' || line[i] == '\t':
			return line[:i], line[i:]
		}
	}
	return line, ""
}

// plainPattern writes what the library does not know as a part of a pattern in a form that it knows; [plainPath] does the
// same with paths. Escapes are resolved.
func plainPattern(pattern string) string {
	var b strings.Builder
	escaped := false
	for _, r := range pattern {
		switch {
		case escaped:
			escaped = false
			writePlain(&b, r)
		case r == '\\':
			escaped = true
		case r == '*' || r == '?':
			b.WriteRune(r)
		default:
			writePlain(&b, r)
		}
	}
	return b.String()
}

func plainPath(path string) string {
	if plainText(path) {
		return path
	}
	var b strings.Builder
	for _, r := range path {
		writePlain(&b, r)
	}
	return b.String()
}

func plainText(s string) bool {
	for i := range len(s) {
		if !plainByte(s[i]) {
			return false
		}
	}
	return true
}

func writePlain(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf && plainByte(byte(r)) {
		b.WriteByte(byte(r))
		return
	}
	fmt.Fprintf(b, "(%x)", r)
}

// plainByte reports whether the library takes a byte for itself. Brackets are ours, to write all others with.
func plainByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("./@_+-", c) >= 0
}

// literals are what every path that a pattern matches begins with, and what it has somewhere; "" for anything.
func literals(pattern string) (prefix, part string) {
	pieces := strings.FieldsFunc(pattern, func(r rune) bool { return r == '*' || r == '?' })
	for _, piece := range pieces {
		if piece = strings.Trim(piece, "/"); len(piece) > len(part) {
			part = piece
		}
	}
	anchored := strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	if anchored && len(pieces) > 0 && strings.HasPrefix(pattern, pieces[0]) {
		prefix = strings.Trim(pieces[0], "/")
	}
	return prefix, part
}

// Of is the line that decides on path: the last that matches. It is false where none does, which leaves the path without
// an owner as much as a line without owners.
func (o *Owners) Of(path string) (OwnerLine, bool) {
	plain := plainPath(path)
	for i := range slices.Backward(o.rules) {
		r := &o.rules[i]
		if !strings.HasPrefix(plain, r.prefix) || !strings.Contains(plain, r.part) {
			continue
		}
		if match, err := r.rule.Match(plain); match && err == nil {
			return r.OwnerLine, true
		}
	}
	return OwnerLine{}, false
}

// Empty reports whether no line says anything.
func (o *Owners) Empty() bool { return len(o.rules) == 0 }
