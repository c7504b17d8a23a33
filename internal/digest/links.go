package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
)

// Home is where Sluice's own pages are.
const Home = "https://github.com/sluicegate/sluice"

// Page is the address of a check's page.
func Page(name string) string {
	return Home + "/blob/main/internal/check/" + slug(name) + "/README.md"
}

// slug is name with nothing but the characters of a check's name.
func slug(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, name)
}

var pullURL = regexp.MustCompile(`^(https?://[A-Za-z0-9.:-]+)(/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+)/pull/[0-9]+$`)

// site is where a pull request is on the web; its parts are empty where the report has no usable address.
type site struct {
	host string // "https://github.com"
	repo string // "https://github.com/acme/api"
	pull string // "https://github.com/acme/api/pull/12"
	name string // "acme/api"
	head string // the commit that was judged
}

func siteOf(r *gate.Report) site {
	s := site{name: r.Repository}
	if m := pullURL.FindStringSubmatch(r.URL); m != nil {
		s.host, s.repo, s.pull = m[1], m[1]+m[2], r.URL
	}
	if hexadecimal.MatchString(r.Head) {
		s.head = r.Head
	}
	return s
}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// file names a place in the change, as a link into the diff where there is one. GitHub's anchor is the hex SHA-256 of
// the path, then R and the line for the new side.
func (s site) file(path string, line int) string {
	label := visible(path, maxPath)
	if line > 0 {
		label = fmt.Sprintf("%s:%d", label, line)
	}
	label = code(label, maxPath+12)
	if s.pull == "" || path == "" {
		return label
	}
	sum := sha256.Sum256([]byte(path))
	anchor := s.pull + "/files#diff-" + hex.EncodeToString(sum[:])
	if line > 0 {
		anchor += fmt.Sprintf("R%d", line)
	}
	return "[" + label + "](" + anchor + ")"
}

const maxPath = 200 // characters of a path that are shown

var login = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$`)

// person names an account without a ping: as a link to its page where it can have one.
func (s site) person(name string) string {
	if s.host == "" || !login.MatchString(name) {
		return code(name, 80)
	}
	return "[" + inline(name, 80) + "](" + s.host + "/" + name + ")"
}

// spec names what a pull request is to do. The link's text is ours, made from where it leads, so that a title cannot
// pretend to be another place.
func (s site) spec(l check.Link, limit int) string {
	title := inline(l.Title, limit)
	if l.Title == l.URL || l.Title == l.Path {
		title = "" // the link says it
	}
	target, label := "", ""
	switch {
	case l.URL != "":
		target = address(l.URL)
		label = s.label(target)
	case l.Path != "" && s.repo != "" && s.head != "":
		target = address(s.repo + "/blob/" + s.head + "/" + (&url.URL{Path: l.Path}).EscapedPath())
		label = code(l.Path, maxPath)
	}
	switch {
	case target != "":
		return strings.TrimSpace("[" + label + "](" + target + ") " + title)
	case l.URL != "":
		return strings.TrimSpace(code(l.URL, maxPath) + " " + title)
	case l.Path != "":
		return strings.TrimSpace(code(l.Path, maxPath) + " " + title)
	}
	return title
}

var issueURL = regexp.MustCompile(`^(https?://[^/]+)/([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)/(?:issues|pull)/([0-9]+)$`)

// label says where target leads: "#7" or "acme/web#7" for an issue of the same host, host and path for all else.
func (s site) label(target string) string {
	if m := issueURL.FindStringSubmatch(target); m != nil && m[1] == s.host {
		if m[2] == s.name {
			return "#" + m[3]
		}
		return inline(m[2], 140) + "#" + m[3]
	}
	_, place, _ := strings.Cut(target, "://")
	if i := strings.IndexAny(place, "?#"); i >= 0 {
		place = place[:i]
	}
	return code(place, 80)
}

var (
	host    = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)
	escaped = regexp.MustCompile(`^%[0-9A-Fa-f]{2}`)
)

// address is raw as the target of a Markdown link, "" where it is none that may be followed: only http and https, no
// user name in it, and a host in plain ASCII, which no look-alike can imitate.
func address(raw string) string {
	if len(raw) > 2048 {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !host.MatchString(u.Host) {
		return ""
	}
	var b strings.Builder
	text := u.String()
	for i := range len(text) {
		c := text[i]
		switch {
		case c == '%' && !escaped.MatchString(text[i:min(len(text), i+3)]):
			b.WriteString("%25")
		case c == '&':
			b.WriteString("&amp;")
		case c <= ' ' || c >= 0x7f || strings.IndexByte("\"'()<>[\\]^`{|}*_~$!", c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
