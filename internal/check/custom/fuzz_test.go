package custom

import (
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/sluicegate/sluice/internal/strict"
	"go.yaml.in/yaml/v3"
)

// Whatever an expression says, it is refused with a place or it is judged; a pull request's words break neither.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		"pull.title != ''", "pull.titel", "files.all(f, glob(f.path, 'src/**'))", "pull.title.matches('(a+)+$')", "'x' in pull.labels",
		"cel.bind(a, pull.body, a + a != '')", "{1: pull.title}[1] == ''", "pull.labels[0] == ''", "(", "\n\n=", "pull.number / 0 == 1",
		"timestamp(pull.title) < timestamp('2026-01-01T00:00:00Z')", "'ä' + pull.titel", "custom.Pull{title: 'x'} == pull", "type(pull) == string",
		"pull.title.split('').size() > pull.body.indexOf('x')", "dyn(pull).titel == 1", "files.map(f, f.path).join(',') != ''",
	} {
		f.Add(seed, "Add x", uint8(0))
	}
	f.Fuzz(func(t *testing.T, text, words string, style uint8) {
		node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: 3, Column: 7}
		node.Style = []yaml.Style{0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle}[style%5]
		item := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: 3, Column: 1, Content: []*yaml.Node{
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "name", Line: 2, Column: 1},
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "a", Line: 2, Column: 7},
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "must", Line: 3, Column: 1},
			node,
		}}
		var o Options
		problems := o.Rules.DecodeStrict(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{item}})
		for _, p := range problems {
			if p.Line < 3 || p.Line > 4+strings.Count(text, "\n") || p.Column < 1 || p.Message == "" {
				t.Errorf("a problem without place: %+v", p)
			}
		}
		if len(problems) > 0 {
			return
		}
		r := &pull.Request{
			Title: words, Body: words, Labels: []string{words}, Known: pull.AllFacts,
			Files:   []pull.File{{Path: words, Status: pull.Modified, Patch: words}},
			Commits: []pull.Commit{{Message: words}}, Issues: []pull.Issue{{Title: words}},
		}
		in := &check.Input{Pull: r, Attribution: &agent.Attribution{Principals: []agent.Principal{{Login: words}}}}
		got, again := run(in, o), run(in, o)
		if got.Outcome != again.Outcome || got.Summary != again.Summary {
			t.Errorf("got %v, then %v", got, again)
		}
	})
}

// Whatever a policy says, reading it ends with a place for each mistake.
func FuzzOptions(f *testing.F) {
	for _, seed := range []string{
		"rules: [{name: a, must: pull.draft}]", "rules:\n- name: a\n  must: |\n    pull.titel", "rules: [1]", "rules: [{name: [a]}]",
		"cases: [{name: a, rule: a, want: pass, pull: {files: [{path: 1}]}}]", "cases: [{pull: []}]", "rules: ~",
		"rules: [{name: a, must: pull.draft}]\ncases: [{name: a, rule: a, want: pass, pull: {created_at: x}}]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, problems := strict.Parse("", []byte(text))
		if root == nil {
			return
		}
		c, wrong := Check.Configure(root)
		for _, p := range wrong {
			if p.Line < 1 || p.Message == "" {
				t.Errorf("a problem without place: %+v", p)
			}
		}
		if len(problems)+len(wrong) == 0 {
			c.Options().(Options).Try(kind.Default)
		}
	})
}
