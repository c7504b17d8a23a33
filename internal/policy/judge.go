package policy

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// longestCheckName bounds a check run's name, in characters.
const longestCheckName = 255

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// judge finds what is decodable and means nothing.
func (l *loading) judge(file *File) {
	if gate := l.node("agents", "gate"); slices.Contains(file.Agents.Gate, agent.None) && gate.Kind == yaml.SequenceNode {
		l.problem(gate, "the gate cannot be for none: Sluice gates what agents wrote")
	}
	l.agentNames(l.node("agents", "deny"), file.Agents.Deny)
	l.judgeCheckName(file.CheckRun.Name)
	l.judgeWaivers(&file.Waivers)
	for k := range file.Kinds {
		if len(file.Kinds[k]) == 0 {
			l.problem(l.node("kinds", string(k)), "%s: an empty list adds nothing; leave the key out", k)
		}
	}
}

func (l *loading) judgeCheckName(name string) {
	node := l.node("check_run", "name")
	if node.Kind != yaml.ScalarNode {
		return
	}
	switch {
	case strings.TrimSpace(name) == "":
		l.problem(node, "the check run needs a name; the usual one is %q", "sluice: {base}")
	case len([]rune(name)) > longestCheckName:
		l.problem(node, "the check run's name has %d characters; at most %d are taken", len([]rune(name)), longestCheckName)
	case strings.ContainsFunc(name, unicode.IsControl):
		l.problem(node, "the check run's name has a line break or a control character; write one line")
	case strings.HasPrefix(name, "sluice / "):
		l.problem(node, "names that begin with %q are those of the checks' own runs; choose another", "sluice / ")
	}
	for _, p := range placeholder.FindAllString(name, -1) {
		if p != "{base}" {
			l.found = append(l.found, strict.Unknown(node, "placeholder", p, []string{"{base}"}))
		}
	}
}

// agentNames finds the names that belong to no agent and no family. The node is where they stand, one or a list.
func (l *loading) agentNames(node *yaml.Node, names []string) {
	if l.agents == nil {
		return
	}
	for i, name := range names {
		if !slices.Contains(l.agents, name) {
			l.found = append(l.found, strict.Unknown(item(node, i), "agent", name, l.agents))
		}
	}
}

// item is the i-th node of a list; the node itself where it is written as its only item.
func item(node *yaml.Node, i int) *yaml.Node {
	if node != nil && node.Kind == yaml.SequenceNode && i < len(node.Content) {
		return node.Content[i]
	}
	return node
}

// judgeRule finds what is wrong with one rule beyond its types.
func (l *loading) judgeRule(r *Rule, node *yaml.Node, names map[string]int) {
	name, when := strict.Field(node, "name"), strict.Field(node, "when")
	switch before := names[r.Name]; {
	case strings.TrimSpace(r.Name) == "":
		l.problem(node, "a rule needs a name: the report gives it as the reason")
	case before > 0:
		l.problem(name, "a rule is named %q already, on line %d", r.Name, before)
	default:
		names[r.Name] = name.Line
	}
	if when == nil || when.Kind == yaml.MappingNode && len(when.Content) == 0 {
		l.problem(node, "a rule needs a condition (%q); what holds always belongs above the rules", "when")
	}
	says := func(key string) bool { return strict.Field(node, key) != nil }
	if !says("checks") && !says("risk") && !says("mode") && !says("approvals") {
		l.problem(node, "a rule needs something to say: checks, risk, mode or approvals")
	}
	if r.When.late() && says("risk") {
		l.problem(strict.Field(node, "risk"), "a rule that goes by the risk cannot set it; set it in a rule that goes by something else")
	}
	if twice := slices.IndexFunc(r.Checks, func(s Setting) bool { return s.Check == "approvals" }); twice >= 0 && r.Approvals != nil {
		l.problem(r.Checks[twice].key, "the rule says who approves twice: \"approvals\" is short for this; keep one")
	}
	l.judgeWhen(&r.When, when)
}

func (l *loading) judgeWhen(w *When, node *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	l.agentNames(strict.Field(node, "agent"), w.Agent)
	for i, a := range w.Authorship {
		if a == agent.None {
			l.problem(item(strict.Field(node, "authorship"), i), "no check runs where no agent took part, so this matches nothing")
		}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if value := node.Content[i+1]; value.Kind == yaml.SequenceNode && len(value.Content) == 0 {
			l.problem(value, "%s: an empty list matches nothing; leave the key out", node.Content[i].Value)
		}
	}
	for i, label := range w.Labels {
		if label == "" {
			l.problem(item(strict.Field(node, "labels"), i), "labels: no label is named \"\"")
		}
	}
	if w.Size != nil {
		l.judgeSize(w.Size, strict.Field(node, "size"))
	}
}

func (l *loading) judgeSize(s *Size, node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		return
	}
	if len(node.Content) == 0 {
		l.problem(node, "size: say how large, {lines_over: 800}")
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if strings.HasPrefix(node.Content[i+1].Value, "-") {
			l.problem(node.Content[i+1], "%s: no change has fewer than 0", node.Content[i].Value)
		}
	}
	for _, pair := range []struct {
		what        string
		over, under *int
	}{{"lines", s.LinesOver, s.LinesUnder}, {"files", s.FilesOver, s.FilesUnder}} {
		if pair.over != nil && pair.under != nil && *pair.under-1 <= *pair.over {
			l.problem(node, "size: no change has over %d and under %d %s", *pair.over, *pair.under, pair.what)
		}
	}
}

// lockable lists the paths below the first keys of a file that a lock can name.
func (l *loading) lockable(first string) []string {
	switch first {
	case "agents":
		_, names := strict.Fields(reflect.TypeFor[Agents]())
		return names
	case "check_run":
		_, names := strict.Fields(reflect.TypeFor[CheckRun]())
		return names
	case "checks":
		return l.names
	}
	return nil
}

// lockKeys are the first keys that a lock can name.
var lockKeys = []string{"mode", "agents", "checks", "check_run", "kinds", "rules", "risk", "waivers"}

// judgeLock reports what is wrong with the path of a lock; "" where nothing is.
func (l *loading) judgeLock(path string, node *yaml.Node) []strict.Problem {
	keys := strings.Split(path, ".")
	known := [][]string{lockKeys, l.lockable(keys[0])}
	nouns := []string{"lock", "key of " + keys[0]}
	if i := slices.Index(l.names, keys[min(1, len(keys)-1)]); keys[0] == "checks" && i >= 0 {
		_, options := strict.Fields(reflect.TypeOf(l.checks[i].check.Options()))
		known, nouns = append(known, append([]string{"level"}, options...)), []string{"lock", "check", fmt.Sprintf("option of %s", keys[1])}
	} else if keys[0] == "checks" {
		nouns[1] = "check"
	}
	for i, key := range keys {
		if i >= len(known) || i > 0 && len(known[i]) == 0 {
			return []strict.Problem{strict.At(node, "%q: nothing below %q can be locked by itself; lock that", path, strings.Join(keys[:i], "."))}
		}
		if !slices.Contains(known[i], key) {
			return []strict.Problem{strict.Unknown(node, nouns[i], key, known[i])}
		}
	}
	return nil
}
