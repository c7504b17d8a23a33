package sensitive

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
)

// leaks is gitleaks with its own rules, and which of them each of their words could be of.
type leaks struct {
	*detect.Detector
	byWord map[string][]*config.Rule
	words  []string
}

// detector is built on first use: it takes 20 ms. It keeps nothing of what it looks at, so all may share it.
var detector = sync.OnceValue(func() *leaks {
	var read config.ViperConfig
	if err := toml.Unmarshal([]byte(config.DefaultConfig), &read); err != nil {
		panic(fmt.Sprintf("gitleaks' rules: %v", err))
	}
	rules, err := read.Translate()
	if err != nil {
		panic(fmt.Sprintf("gitleaks' rules: %v", err))
	}
	d := &leaks{Detector: detect.NewDetector(rules), byWord: map[string][]*config.Rule{}}
	// A comment in the change must not loosen its own gate.
	d.IgnoreGitleaksAllow = true
	for _, id := range rules.OrderedRules {
		rule := rules.Rules[id]
		for _, word := range rule.Keywords {
			word = strings.ToLower(word)
			if d.byWord[word] == nil {
				d.words = append(d.words, word)
			}
			d.byWord[word] = append(d.byWord[word], &rule)
		}
	}
	return d
})

func (d *leaks) knows(rule string) bool { _, ok := d.Config.Rules[rule]; return ok }

// generic is the one rule that goes by a word like "key" beside something that looks random.
const generic = "generic-api-key"

const (
	// maxLine is the longest line that is looked at whole; of a longer one, what stands around the word.
	maxLine = 2000
	around  = 800
	// maxWork bounds the bytes that go through regular expressions, of which a hostile change could have many.
	maxWork = 600_000
	// maxCredentials is how many that fail are looked for: after that the verdict is clear.
	maxCredentials = 100
	maxKeyLines    = 150 // of a private key
	pemBegin       = "-----begin"
	maxSecretLines = 12 // between the kind and the data of a Kubernetes secret
)

// try looks for a credential by one rule in a line that has one of the rule's words at some offset.
func (s *scan) try(f *file, b *block, line int, rule *config.Rule) []seen {
	if !s.spend(f, 0) {
		return nil
	}
	text := b.lines[line].Text
	first, last := line, line
	switch rule.RuleID {
	case generic:
		if !f.code() || len(text) > maxLine/2 {
			return nil
		}
		if continues(text) {
			last = b.run(line, 1)
		}
		if !random(text) && (last == line || !random(b.lines[last].Text)) {
			return nil
		}
	case "private-key":
		if last = b.keyEnd(line); last < line || !b.has(line, line, "private key") {
			return nil
		}
	case "kubernetes-secret-yaml":
		if !strings.Contains(strings.ToLower(text), "kind") {
			return nil
		}
		last, first = b.run(line, maxSecretLines), b.back(line, maxSecretLines)
	default:
		if continues(text) {
			last = b.run(line, 1)
		}
		if !shortSecrets[rule.RuleID] && !b.drawn(line, last, rule.Keywords) {
			return nil
		}
	}
	if rule.Regex == nil || rule.Path != nil && !rule.Path.MatchString(f.Path) {
		return nil
	}
	if len(text) > maxLine && !s.spend(f, len(text)/64) { // to look for the words in it again
		return nil
	}
	var out []seen
	for _, part := range b.text(first, last, rule.Keywords) {
		if s.found >= maxCredentials || !s.spend(f, len(part)) {
			return out
		}
		if rule.Regex.MatchString(part) {
			out = append(out, s.ask(f, b, first, part, rule.RuleID)...)
		}
	}
	return out
}

// shortSecrets are the rules by which a credential may be a short word. Those of all others are long and drawn.
var shortSecrets = map[string]bool{"curl-auth-header": true, "curl-auth-user": true, "hashicorp-tf-password": true, "nuget-config-password": true}

// drawn reports whether lines have a word long enough for a credential. Where the rule goes by a word that most lines of
// code have, as "s." or "ey", it must be longer, and have a digit.
func (b *block) drawn(first, last int, keywords []string) bool {
	long := 12
	for _, word := range keywords {
		if len(word) <= 2 {
			long = maxLine * around // not without a digit
		}
	}
	for i := first; i <= last; i++ {
		text := b.lines[i].Text
		start, digit := -1, false
		for k := 0; k <= len(text); k++ {
			if k < len(text) && tokenByte[text[k]] {
				if start < 0 {
					start, digit = k, false
				}
				digit = digit || '0' <= text[k] && text[k] <= '9'
				continue
			}
			if n := k - start; start >= 0 && (n >= 20 && digit || n >= long) {
				return true
			}
			start = -1
		}
	}
	return false
}

// has reports whether lines have a word, in lower case.
func (b *block) has(first, last int, word string) bool {
	return bytes.Contains(b.lower[b.ends[first]-len(b.lines[first].Text)-1:b.ends[last]], []byte(word))
}

// continues reports whether a line's value stands on the next one.
func continues(text string) bool {
	text = strings.TrimRight(text, " \t\r\"'`")
	return text != "" && strings.IndexByte("=:(,|>+\\", text[len(text)-1]) >= 0
}

// ask has gitleaks look at a part of a file, which begins with the first line: its entropy and its lists of what is
// allowed decide.
func (s *scan) ask(f *file, b *block, first int, part, rule string) []seen {
	var out []seen
	if !s.spend(f, 20*len(part)) { // all rules are tried
		return nil
	}
	for _, leak := range s.leaks.Detect(detect.Fragment{Raw: part, FilePath: f.Path}) { //nolint:staticcheck // v8 takes no other type
		if leak.RuleID != rule || rule == generic && (!randomWord(leak.Secret) || hashName.MatchString(part)) {
			continue
		}
		at := min(first+leak.StartLine, len(b.lines)-1)
		line := b.lines[at]
		for i := at; i <= min(first+leak.EndLine, len(b.lines)-1); i++ {
			s.secretLines[leakKey{f.Path, b.lines[i].New}] = true
		}
		if key := (leakKey{f.Path, line.New}); s.leaked[key] {
			continue // one line, one credential: several rules know the same
		} else {
			s.leaked[key] = true
		}
		found := seen{rule: leak.RuleID, class: credential, fails: true, Finding: check.Finding{
			Path: f.Path, Line: line.New, Risk: check.High,
			Message: fmt.Sprintf("Looks like a credential, by gitleaks' rule %s. It is not shown here.", leak.RuleID),
			Fix:     "Take it out of the commits too, revoke it, and read it from the environment or a secret store.",
		}}
		switch {
		case s.wasThere(leak.Secret):
			found.fails, found.Risk = false, check.Medium
			found.Message = fmt.Sprintf("Moves what looks like a credential, by gitleaks' rule %s: a removed line has the same.", leak.RuleID)
			found.Fix = "It was known before. If it opens something, revoke it, and read it from the environment or a secret store."
		case rule == generic && !live(line.Text, max(0, strings.Index(line.Text, leak.Secret)), f.lang(), true):
			found.fails, found.Risk = false, check.Medium
			found.Message = "A comment has what looks like a credential, by gitleaks' rule generic-api-key. It is not shown here."
			found.Fix = "See that it opens nothing. If it does, revoke it."
		case f.kind == kind.Test || f.kind == kind.Documentation:
			found.fails, found.Risk = false, check.Medium
			found.Message = fmt.Sprintf("Looks like a credential, by gitleaks' rule %s; it stands in %s. It is not shown here.", leak.RuleID, inKind[f.kind])
			found.Fix = "See that it opens nothing. If it does, revoke it."
		}
		if found.fails {
			s.found++
		}
		out = append(out, found)
	}
	return out
}

// hashName is in lines of what looks drawn and is computed: anybody may know it.
var hashName = regexp.MustCompile(`(?i)commit|\bsha\d*\b|sha(?:1|256|384|512)|\brev(?:ision)?\b|digest|checksum|integrity|fingerprint|\betag\b`)

var inKind = map[kind.Kind]string{kind.Test: "a test", kind.Documentation: "documentation"}

type leakKey struct {
	path string
	line int
}

// wasThere reports whether a removed line has the same credential: then it was moved.
func (s *scan) wasThere(secret string) bool {
	secret, _, _ = strings.Cut(secret, "\n")
	if strings.HasPrefix(secret, "-----") {
		return false // every key begins so
	}
	for i := range s.pull.Files {
		if !strings.Contains(s.pull.Files[i].Patch, secret) {
			continue
		}
		for line := range strings.SplitSeq(s.pull.Files[i].Patch, "\n") {
			if strings.HasPrefix(line, "-") && strings.Contains(line, secret) {
				return true
			}
		}
	}
	return false
}

// keyEnd is the line on which what begins at a line as a key ends; less than that line where nothing does.
func (b *block) keyEnd(line int) int {
	for i, end := line, b.run(line, maxKeyLines); i <= end; i++ {
		if b.has(i, i, "-----end") {
			return i
		}
	}
	return -1
}

// run is the last of up to n lines below a line that follow one another.
func (b *block) run(line, n int) int {
	for ; n > 0 && b.after[line]; n-- {
		line++
	}
	return line
}

func (b *block) back(line, n int) int {
	for ; n > 0 && line > 0 && b.after[line-1]; n-- {
		line--
	}
	return line
}

// text is lines as one text; of a long line what stands around the words, in parts.
func (b *block) text(first, last int, keywords []string) []string {
	if first == last && len(b.lines[first].Text) > maxLine && keywords[0] == pemBegin {
		// A key in JSON is one line.
		text := b.lines[first].Text
		start := max(0, strings.Index(text, strings.ToUpper(pemBegin)))
		return []string{text[start:min(len(text), start+8*maxLine)]}
	}
	if first == last && len(b.lines[first].Text) > maxLine {
		return windows(b.lines[first].Text, keywords)
	}
	if first == last {
		return []string{b.lines[first].Text}
	}
	var text strings.Builder
	for i := first; i <= last && text.Len() < 8*maxLine; i++ {
		text.WriteString(b.lines[i].Text)
		text.WriteByte('\n')
	}
	return []string{text.String()}
}

// windows are the parts of a long line around words, those that overlap as one.
func windows(text string, words []string) []string {
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		return nil // letters whose lower case is longer: no credential is made of them
	}
	var out []string
	end := 0
	for at := 0; at < len(text); {
		next := -1
		for _, w := range words {
			if i := strings.Index(lower[at:min(len(lower), at+maxLine)], strings.ToLower(w)); i >= 0 && (next < 0 || at+i < next) {
				next = at + i
			}
		}
		if next < 0 {
			at += maxLine - 64 // a word may lie across
			continue
		}
		start := max(end, next-around)
		end = min(len(text), next+around)
		out = append(out, text[start:end])
		at = end
	}
	return out
}

// random reports whether a line has a word that looks drawn and not written. It is asked of most lines, so it is quick.
func random(text string) bool {
	start := -1
	for i := 0; i <= len(text); i++ {
		if i < len(text) && tokenByte[text[i]] {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start >= 10 && randomWord(text[start:i]) {
			return true
		}
		start = -1
	}
	return false
}

var tokenByte = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.=+/-") {
		t[c] = true
	}
	return t
}()

// randomWord reports whether digits and letters take turns often enough, as in what is drawn. Names, versions, dates and
// paths seldom have three such turns; what is drawn of both nearly always does. A UUID is a name too.
func randomWord(word string) bool {
	turns, last := 0, byte(0)
	for i := range len(word) {
		c := word[i]
		class := byte(0)
		switch {
		case '0' <= c && c <= '9':
			class = 'd'
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			class = 'l'
		}
		if class != 0 && last != 0 && class != last {
			turns++
		}
		last = class
	}
	return turns >= 3 && !uuid(word)
}

func uuid(word string) bool {
	if len(word) != 36 {
		return false
	}
	for i := range len(word) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (word[i] == '-') {
			return false
		}
	}
	return true
}

// keyStore is what a file holds by its name alone.
func keyStore(f *file) []seen {
	if f.Status == pull.Removed || f.kind == kind.Test || !slices.Contains([]string{".p12", ".pfx", ".jks", ".keystore", ".ppk", ".kdbx"}, f.path.ext) {
		return nil
	}
	return []seen{{rule: "pkcs12-file", class: credential, fails: f.Status == pull.Added, Finding: check.Finding{
		Path: f.Path, Risk: check.High, Message: "A store of private keys, by its name.",
		Fix: "Take it out of the commits too, and keep it where secrets are kept.",
	}}}
}
