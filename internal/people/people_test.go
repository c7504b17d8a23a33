package people

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestSame(t *testing.T) {
	for _, c := range []struct {
		a, b pull.Account
		want bool
	}{
		{pull.Account{Login: "Ana", ID: 1}, pull.Account{Login: "ana", ID: 1}, true},
		{pull.Account{Login: "ana", ID: 1}, pull.Account{Login: "ana", ID: 2}, false}, // the login was reused
		{pull.Account{Login: "was-ana", ID: 1}, pull.Account{Login: "ana", ID: 1}, true},
		{pull.Account{Login: "ANA"}, pull.Account{Login: "ana", ID: 2}, true},
		{pull.Account{}, pull.Account{}, false},
	} {
		if got := Same(c.a, c.b); got != c.want {
			t.Errorf("%v and %v: got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestOf(t *testing.T) {
	account := func(login string, id int64) pull.Person {
		return pull.Person{Name: login, Email: login + "@acme.example", Account: pull.Account{Login: login, ID: id, Type: pull.User}}
	}
	flow := pull.Verification{Verified: true, Signer: pull.Account{Login: "web-flow"}}
	r := &pull.Request{
		Author: pull.Account{Login: "devin-ai-integration[bot]", ID: 9, Type: pull.Bot},
		Commits: []pull.Commit{
			{SHA: "1111111aaa", Author: account("ana", 1), Committer: account("bo", 2), Message: "x\n\nCo-authored-by: Cy <7+cy@users.noreply.github.com>\nCo-Authored-By: Bo <BO@acme.example>\nCo-authored-by: nobody"},
			{SHA: "2222222aaa", Author: account("dee", 4), Committer: account("web-flow", 5), Parents: []string{"a", "b"}, Verification: flow},
			{SHA: "3333333aaa", Author: account("eve", 6), Committer: account("eve", 6), Parents: []string{"a", "b"}},
			{SHA: "4444444aaa", Author: account("robot", 8), Committer: account("web-flow", 5), Verification: flow},
		},
	}
	a := &agent.Attribution{
		Principals: []agent.Principal{{Login: "Fay", Evidence: "is assigned to it"}, {Login: "ANA", Evidence: "asked for it, as the agent says"}},
		Commits:    []agent.Share{{SHA: "4444444aaa", How: agent.Autonomous}},
		Agents:     []agent.Found{{Agent: "devin", Evidence: []agent.Evidence{{Signal: "account", Text: "devin-ai-integration[bot]"}}}},
	}
	s := Of(r, a)
	var got []string
	for _, p := range s.People {
		got = append(got, p.Login+": "+p.Why)
	}
	want := []string{
		"Fay: is assigned to it", "ana: asked for it, as the agent says", "bo: committed 1111111", "cy: co-authored commit 1111111",
		"eve: wrote commit 3333333",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	if s.Person(pull.Account{Login: "Robot", Type: pull.User}) || s.Person(r.Author) || !s.Person(pull.Account{Login: "dee"}) {
		t.Error("the agent's own account is taken for a person, or a person for it")
	}
	if s.Why(pull.Account{Login: "ana", ID: 99}) != "" || s.Why(pull.Account{Login: "x", ID: 1}) == "" {
		t.Error("a principal is known by its id, once one is known")
	}
}

const ownersFile = `
# who owns what
*            @everyone
*.js         @js # inline
/build/logs/ @doctocat
docs/*       docs@example.com
apps/        @octocat
/scripts/    @acme/scripts @ana_acme
/scripts/open
**/logs      @logs
/with\ space/ @space
/naïve/café  @cafe
/$lib/a,b    @lib
/src/C#/     @sharp
!/never      @x
/a[bc]       @x
\#hash       @x
/bad         who
/bad2        @a/b/c
***          @x
/q?/         @q
tab	@tab	#c
`

func TestOwners(t *testing.T) {
	o := ReadOwners(ownersFile)
	for path, want := range map[string]string{
		"README.md": "@everyone", "a/b/x.js": "@js", "a.JS": "@everyone", "build/logs/a/b": "@doctocat @logs", "x/build/a": "@everyone",
		"docs/a.md": "docs@example.com", "docs/a/b.md": "@everyone", "apps/x": "@octocat", "x/apps/y/z": "@octocat",
		"scripts/a": "@acme/scripts @ana_acme", "scripts/open": "", "scripts/open/x": "", "scripts/opens": "@acme/scripts @ana_acme",
		"deep/logs/x": "@logs", "with space/x": "@space", "naïve/café": "@cafe", "naive/cafe": "@everyone", "$lib/a,b": "@lib",
		"src/C#/x.cs": "@sharp", "never": "@everyone", "ab": "@everyone", "#hash": "@everyone", "bad": "@everyone", "q1/x": "@q", "tab": "@tab",
		"Scripts/a": "@everyone",
	} {
		line, _ := o.Of(path)
		var got []string
		for _, owner := range line.Owners {
			got = append(got, owner.String())
		}
		if path == "build/logs/a/b" { // the later line of the two wins
			want = "@logs"
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: got %q by line %d, want %q", path, s, line.Line, want)
		}
	}
	var lines []int
	for _, p := range o.Problems {
		lines = append(lines, p.Line)
	}
	if diff := cmp.Diff(lines, []int{15, 16, 17, 18, 19, 20}); diff != "" {
		t.Errorf("problems %v (-got +want)\n%s", o.Problems, diff)
	}
	if _, owned := ReadOwners("/a @x\n").Of("b"); owned {
		t.Error("a path that no line names has an owner")
	}
	if big := ReadOwners(strings.Repeat("#", MaxOwners)); len(big.Problems) != 1 || !big.Empty() {
		t.Error("a file that GitHub does not load is read")
	}
}

// What the quick look at a path leaves out must not match.
func FuzzOwners(f *testing.F) {
	f.Add(ownersFile, "scripts/open")
	f.Add("/a/**/b @x", "a/b")
	f.Add("**/a/** @x\n/*/b c", "x/a/b")
	f.Fuzz(func(t *testing.T, text, path string) {
		o := ReadOwners(text)
		o.Of(path)
		plain := plainPath(path)
		for i := range o.rules {
			r := &o.rules[i]
			match, err := r.rule.Match(plain)
			if err == nil && match && (!strings.HasPrefix(plain, r.prefix) || !strings.Contains(plain, r.part)) {
				t.Errorf("%q matches %q, and is not tried", r.Pattern, path)
			}
		}
	})
}

func BenchmarkOf(b *testing.B) {
	r := &pull.Request{}
	for i := range 250 {
		var message strings.Builder
		for j := range 100 {
			fmt.Fprintf(&message, "Co-authored-by: x <%d+u%d@users.noreply.github.com>\n", 1+i*100+j, i*100+j)
		}
		r.Commits = append(r.Commits, pull.Commit{SHA: "1", Message: message.String()})
	}
	for b.Loop() {
		Of(r, nil)
	}
}

func BenchmarkOwners(b *testing.B) {
	var text strings.Builder
	for i := range 500 {
		text.WriteString("/services/team" + strings.Repeat("x", i%17) + "/*.go @acme/team\n*.ext" + strings.Repeat("y", i%11) + " @bo\n")
	}
	b.ReportAllocs()
	for b.Loop() {
		o := ReadOwners(text.String())
		for range 3000 {
			o.Of("services/billing/src/main/java/com/acme/billing/Invoice.java")
		}
	}
}
