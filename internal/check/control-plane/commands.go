package controlplane

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

var (
	piped    = regexp.MustCompile(`(?i)\b(?:curl|wget|aria2c|iwr|irm|invoke-webrequest|invoke-restmethod)\b.*?\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:/\S*/)?(?:env\s+(?:\S+=\S*\s+)*)?(bash|zsh|dash|ksh|fish|sh|python3?|node|perl|ruby|iex|invoke-expression|pwsh|powershell|php|deno)\b\s*(\S*)`)
	inlined  = regexp.MustCompile(`(?i)(?:\b(?:bash|sh|zsh|eval|source|python3?|node)\b|(?:^|[;&|]\s*)\.)\s+(?:-\S+\s+)*["']?(?:<\(|\$\(|` + "`" + `)\s*(?:curl|wget)\b`)
	psRuns   = regexp.MustCompile(`(?i)\b(?:iex|invoke-expression)\b.*\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring|webclient)\b`)
	decoded  = regexp.MustCompile(`(?i)\bbase64\s+(?:-d|-D|--decode)\b.*\|\s*(?:sudo\s+)?(?:bash|sh|zsh|python3?|node|perl)\b|\bxxd\s+-r\b.*\|\s*(?:bash|sh)\b`)
	backdoor = regexp.MustCompile(`(?i)/dev/(?:tcp|udp)/|\b(?:nc|ncat|netcat)\s+(?:\S+\s+)*-(?:e|c)\b|\bmkfifo\b.*\b(?:nc|ncat)\b`)
	sends    = regexp.MustCompile(`(?i)\b(?:curl|wget|nc|ncat)\b.*\$\{?\{?\s*(?:secrets\.|\w*(?:TOKEN|SECRET|PASSWORD|API_?KEY|CREDENTIAL)\w*)|\b(?:env|printenv)\b\s*\|.*\b(?:curl|wget|nc)\b|\b(?:curl|wget)\b.*(?:@|<)\s*(?:~|\$HOME|/root|/home/\S+)?/?(?:\.ssh/|\.aws/|\.env\b|\.netrc|\.npmrc|/etc/passwd)`)
	verbFor  = regexp.MustCompile(`(?i)\bauthorization\b|\bbearer\b|\bx-api-key\b|\bprivate-token\b|\s-u\s|--user\b`)
)

// hint is a word that every line has that dangerous looks at.
var hint = regexp.MustCompile(`(?i)curl|wget|aria2c|iwr|irm|invoke-|base64|xxd|/dev/|\bnc\b|ncat|netcat|downloadstring`)

// dangerous says what a command line does that no script of a project should do unseen; "" where it does nothing of the kind.
func dangerous(s string) (string, check.Risk) {
	if len(s) > 4000 {
		s = s[:4000]
	}
	if t := strings.TrimSpace(s); strings.HasPrefix(t, "#") || strings.HasPrefix(t, "//") || !hint.MatchString(s) {
		return "", ""
	}
	if m := piped.FindStringSubmatch(s); m != nil {
		shell := strings.HasSuffix(strings.ToLower(m[1]), "sh")
		if shell || !strings.HasPrefix(m[2], "-") || m[2] == "-" {
			return "runs what it fetches from the network", check.High
		}
	}
	switch {
	case inlined.MatchString(s), psRuns.MatchString(s):
		return "runs what it fetches from the network", check.High
	case decoded.MatchString(s):
		return "runs what stands in it in disguise", check.High
	case backdoor.MatchString(s):
		return "opens a connection for others", check.High
	case sends.MatchString(s) && !verbFor.MatchString(s):
		return "sends a secret away", check.High
	}
	return "", ""
}

// blockScalar is the end of a line of YAML that opens a text, and no pipe.
var blockScalar = regexp.MustCompile(`(?::|-)\s+\|\s*$`)

// logical joins lines that a backslash continues; each has the number of its first.
func logical(lines []line) []line {
	var out []line
	going := false
	for _, l := range lines {
		s, more := strings.CutSuffix(strings.TrimRight(l.text, " \t"), `\`)
		switch {
		case going && len(out[len(out)-1].text) < 4000:
			out[len(out)-1].text += " " + strings.TrimSpace(s)
		case !going:
			out = append(out, line{l.n, s})
		}
		going = more
		if !more && len(out) > 0 && !blockScalar.MatchString(l.text) && strings.HasSuffix(strings.TrimRight(out[len(out)-1].text, " "), "|") {
			going = true // a pipe goes on on the next line
		}
	}
	return out
}

const fixDangerous = "Pin what is fetched to a version and a checksum, keep it in the repository, or leave it out."

// newDangers says what lines of the head do that those of the base did not.
func (c *change) newDangers(base, head []line) {
	old := map[string]bool{}
	for _, l := range logical(base) {
		old[strings.TrimSpace(l.text)] = true
	}
	for _, l := range logical(head) {
		if old[strings.TrimSpace(l.text)] {
			continue
		}
		if what, risk := dangerous(l.text); what != "" {
			c.loosens(risk, l.n, fixDangerous, c.said(l.n), "a command %s", what)
		}
	}
}
