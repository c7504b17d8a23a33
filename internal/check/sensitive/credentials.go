package sensitive

import (
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
	maxWork = 400_000
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
