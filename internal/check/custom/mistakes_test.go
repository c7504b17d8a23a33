package custom

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/strict"
)

// configured lays options, as a policy has them, over the defaults.
func configured(text string) (Options, string) {
	root, problems := strict.Parse("", []byte(text))
	c := Check
	if len(problems) == 0 {
		c, problems = Check.Configure(root)
	}
	var lines []string
	for _, p := range strict.In("", problems) {
		lines = append(lines, p.Error())
	}
	return c.Options().(Options), strings.Join(lines, "\n")
}

func TestMistakes(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"a misspelt field", "rules:\n- {name: a, must: pull.titel != ''}", "2:23: must: pull has no field \"titel\"; did you mean \"title\"?"},
		{"in double quotes", "rules:\n- name: a\n  must: \"pull.base == \\\"main\\\" && pull.titel != \\\"\\\"\"", "3:39: must: pull has no field \"titel\"; did you mean \"title\"?"},
		{"in single quotes", "rules:\n- name: a\n  must: 'pull.base == ''main'' && pull.titel != \"\"'", "3:39: must: pull has no field \"titel\"; did you mean \"title\"?"},
		{"in a block", "rules:\n- name: a\n  must: |\n    pull.base == 'main' &&\n      pull.titel != ''", "5:11: must: pull has no field \"titel\"; did you mean \"title\"?"},
		{"in a folded block", "rules:\n- name: a\n  must: >-\n    pull.base == 'main' &&\n    pull.titel != ''", "4:5: must: pull has no field \"titel\"; did you mean \"title\"?"},
		{"a field of a field", "rules:\n- {name: a, must: 'pull.author.name == \"\"'}", "2:31: must: pull.author has no field \"name\"; it has login, bot"},
		{"a field of an item", "rules:\n- {name: a, must: 'files.all(f, f.pth != \"\")'}", "2:34: must: f has no field \"pth\"; did you mean \"path\"?"},
		{"a field like no other", "rules:\n- {name: a, must: pull.milestone != ''}", "2:23: must: pull has no field \"milestone\"; it has title, body, author, repo, number, base, head, fork, draft, labels, assignees, reviewers, reviewing_teams, added, removed"},
		{"a misspelt name", "rules:\n- {name: a, must: pul.title != ''}", "2:19: must: nothing is named \"pul\"; did you mean \"pull\"?"},
		{"a name that there is not", "rules:\n- {name: a, must: checks.size() > 0}", "2:19: must: nothing is named \"checks\"; there are pull, files, commits, issues, reviews, agents, authorship, principals, properties"},
		{"file without each", "rules:\n- {name: a, must: 'file.path != \"\"'}", "2:20: must: \"file\" is there in a rule for each file; add \"each: file\", or loop: files.all(f, …)"},
		{"file in a rule for each commit", "rules:\n- {name: a, each: commit, must: 'file.path != \"\"'}", "2:34: must: \"file\" is there in a rule for each file; add \"each: file\", or loop: files.all(f, …)"},
		{"types that do not go together", "rules:\n- {name: a, must: pull.number == 'x'}", "2:31: must: == does not take (int, string), at \"== 'x'\""},
		{"a sum of two types", "rules:\n- {name: a, must: pull.title + 1 == ''}", "2:30: must: + does not take (string, int), at \"+ 1 == ''\""},
		{"a string", "rules:\n- {name: a, must: pull.title}", "2:19: must: the expression gives a string, and must give true or false"},
		{"a list", "rules:\n- {name: a, must: files}", "2:19: must: the expression gives a list, and must give true or false"},
		{"no CEL", "rules:\n- {name: a, must: 'pull.title = 3'}", "2:31: must: this is not CEL, at \"= 3\": a single = says nothing; write == to compare"},
		{"a bracket left open", "rules:\n- {name: a, must: 'size(files'}", "2:30: must: this is not CEL: missing ')' at '<EOF>'"},
		{"constant", "rules:\n- {name: a, must: '1 < 2'}", "2:20: must: the expression looks at nothing, so it always says the same; name what it is about, such as pull.title"},
		{"a YAML boolean", "rules:\n- {name: a, must: true}", "2:19: expected a CEL expression, such as 'pull.title != \"\"'; put it in quotes"},
		{"empty", "rules:\n- {name: a, must: ' '}", "2:19: an empty expression says nothing; leave the key out"},
		{"no must", "rules:\n- {name: a, when: pull.draft}", "2:3: \"a\" says nothing; write \"must:\" and an expression that must be true"},
		{"no name", "rules:\n- {must: pull.draft}", "2:3: a rule needs a name: the findings give it"},
		{"a name twice", "rules:\n- {name: a, must: pull.draft}\n- {name: a, must: pull.fork}", "3:10: a rule is named \"a\" already, on line 2"},
		{"a misspelt key", "rules:\n- {name: a, must: pull.draft, level: wran}\n- {name: b, most: pull.draft}", "2:38: no level is named \"wran\"; write one of fail, show, off\n3:13: no key is named \"most\"; did you mean \"must\"?"},
		{"a misspelt kind", "rules:\n- {name: a, must: 'files.all(f, f.kind != \"tests\")'}", "2:43: must: no kind is named \"tests\"; did you mean \"test\"?"},
		{"a misspelt authorship in a list", "rules:\n- {name: a, must: 'authorship in [\"autonomus\", \"mixed\"]'}", "2:35: must: no authorship is named \"autonomus\"; did you mean \"autonomous\"?"},
		{"a regular expression", "rules:\n- {name: a, must: 'pull.title.matches(\"[a-\")'}", "2:39: must: this is no regular expression in RE2's syntax, at \"\\\"[a-\\\")\""},
		{"an expression of the pull request", "rules:\n- {name: a, must: pull.title.matches(pull.body)}", "2:42: must: the pattern of matches must be written out: a pattern from the pull request would be an outsider's"},
		{"a glob with a slash before", "rules:\n- {name: a, must: 'files.all(f, glob(f.path, \"/src/**\"))'}", "2:46: must: \"/src/**\" matches nothing: paths begin at the repository's root; write \"src/**\""},
		{"a glob that is no glob", "rules:\n- {name: a, must: 'files.all(f, glob(f.path, \"src/{a\"))'}", "2:46: must: \"src/{a\" is no glob: a bracket or brace is not closed"},
		{"a glob of the pull request", "rules:\n- {name: a, must: 'files.all(f, glob(f.path, pull.title))'}", "2:50: must: the pattern of glob must be written out, in quotes"},
		{"three loops", "rules:\n- {name: a, must: 'files.all(f, files.all(g, files.all(h, f.path == g.path || g.path == h.path)))'}", "2:55: must: comprehension exceeds nesting limit, at \"(h, f.path == g.path || g.path == h.path…\""},
		{"no clock", "rules:\n- {name: a, must: 'now() > timestamp(\"2026-01-01T00:00:00Z\")'}", "2:23: must: no function is named \"now\"; the page of the check lists them: sluice explain custom"},
		{"a case of no rule", "rules:\n- {name: titles, must: pull.draft}\ncases:\n- {name: c, rule: title, want: pass}", "4:1: cases: \"c\", on line 4: no rule is named \"title\"; did you mean \"titles\"?"},
		{"a case without want", "rules:\n- {name: titles, must: pull.draft}\ncases:\n- {name: c, rule: titles}", "4:3: a case needs name, rule and want; want is missing"},
		{"a case with a misspelt field", "rules:\n- {name: titles, must: pull.draft}\ncases:\n- name: c\n  rule: titles\n  want: pass\n  pull:\n    files:\n    - {pth: a}", "9:8: pull: no field is named \"pth\"; the fields are those of a snapshot (sluice check --save)"},
		{"a case with a wrong type", "rules:\n- {name: titles, must: pull.draft}\ncases:\n- {name: c, rule: titles, want: pass, pull: {number: x}}", "4:46: pull: number cannot be a string"},
		{"a case with a wrong fact", "rules:\n- {name: titles, must: pull.draft}\ncases:\n- {name: c, rule: titles, want: pass, pull: {known: [fils]}}", "4:45: pull: no part of a pull request is named \"fils\"; the parts are commits, files, patches, modes, issues, documents, reviews, owners, template, contents, teams, collaborators, properties, reviewed"},
		{"far too long", "rules:\n- {name: a, must: '" + strings.Repeat("pull.draft || ", 400) + "pull.draft'}", "2:20: must: expression code point size exceeds limit: size: 5610, limit 4096, at \"pull.draft || pull.draft || pull.draft |…\""},
		{"another language's and", "rules:\n- {name: a, must: pull.draft and pull.fork}", "2:30: must: this is not CEL, at \"and pull.fork\": write && for and"},
		{"another language's not", "rules:\n- {name: a, must: not pull.draft}", "2:23: must: this is not CEL, at \"pull.draft\": write ! for not"},
		{"three equals", "rules:\n- {name: a, must: pull.title === \"x\"}", "2:32: must: this is not CEL, at \"= \\\"x\\\"\": write == to compare"},
		{"another language's match", "rules:\n- {name: a, must: pull.title =~ \"x\"}", "2:30: must: this is not CEL, at \"=~ \\\"x\\\"\": write TEXT.matches(\"PATTERN\")"},
		{"an arrow", "rules:\n- {name: a, must: 'files.all(f => f.added > 1)'}", "2:32: must: this is not CEL, at \"=> f.added > 1)\": a loop is LIST.all(x, …)"},
		{"a list contains nothing", "rules:\n- {name: a, must: pull.labels.contains('x')}", "2:39: must: a list has no contains, at \"('x')\"; write ITEM in LIST"},
		{"any for exists", "rules:\n- {name: a, must: 'files.any(f, f.path == \"x\")'}", "2:29: must: no function is named \"any\"; did you mean \"exists\"?"},
		{"the length of a list", "rules:\n- {name: a, must: files.length > 3}", "2:24: must: a list has no fields, at \".length > 3\"; it has size(), and loops: all(x, …), exists(x, …)"},
		{"the length by a function", "rules:\n- {name: a, must: len(files) > 3}", "2:22: must: no function is named \"len\"; did you mean \"size\"?"},
		{"a function in other letters", "rules:\n- {name: a, must: pull.title.startswith('x')}", "2:40: must: no function is named \"startswith\"; did you mean \"startsWith\"?"},
		{"a function like no other", "rules:\n- {name: a, must: pull.title.frobnicate()}", "2:40: must: no function is named \"frobnicate\"; the page of the check lists them: sluice explain custom"},
		{"an item that is a string", "rules:\n- {name: a, must: 'principals.exists(p, p.login == \"x\")'}", "2:42: must: a string has no fields, at \".login == \\\"x\\\")\""},
		{"a removed file is not called deleted", "rules:\n- {name: a, must: 'files.exists(f, f.status == \"deleted\")'}", "2:48: must: no status is named \"deleted\"; write one of added, removed, modified, renamed, copied, changed, unchanged"},
		{"no types", "rules:\n- {name: a, must: dyn(pull).titel == 'x'}", `2:22: must: dyn is not taken: without types, a misspelt field would be found only on a pull request`},
		{"a text that grows", "rules:\n- {name: a, must: 'pull.body.replace(\"\", pull.body) != \"\"'}", `2:37: must: replace takes its words written out, the new one no longer than the old: a short expression must not make a huge text`},
		{"a separator of the pull request", "rules:\n- {name: a, must: 'pull.labels.join(pull.body) != \"\"'}", `2:41: must: the separator of join must be written out, in quotes`},
		{"not a list", "rules: {a: b}", "1:8: expected a list, found a mapping"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, got := configured(c.text)
			if got == "" {
				t.Fatal("got no problem")
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}
