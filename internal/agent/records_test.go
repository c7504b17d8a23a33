package agent

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestGitAI(t *testing.T) {
	long := strings.Repeat("x", 200)
	for text, want := range map[string]string{
		"": "",
		"a.go\n  0123456789abcdef 1-2\n---\n" + `{"schema_version":"authorship/3.0.0","prompts":{"1":{"agent_id":{"tool":"claude","model":"opus"}},"2":{"agent_id":{"tool":"claude","model":"opus"}},"3":{"agent_id":{"tool":"amp"}}}}`: "amp (git-ai); claude, opus (git-ai)",
		"---\n" + `{"schema_version":"authorship/3.1.0","prompts":{}}`: "",
		"---\n" + `{"schema_version":"authorship/2.0.0","prompts":{}}`: "a record of git-ai that is of another schema than authorship/3",
		"a.go\n":  "a record of git-ai that is without its divider",
		"---\n{":  "a record of git-ai that is not the JSON of an authorship log",
		"---\n[]": "a record of git-ai that is not the JSON of an authorship log",
		"---\n" + `{"schema_version":"authorship/3.0.0","prompts":{"1":{"agent_id":{"tool":"a\nb","model":"` + long + `"}}}}`: "a b, " + long[:maxName] + "… (git-ai)",
	} {
		if got := inWords(GitAI(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func inWords(sessions []pull.Session) string {
	var words []string
	for i := range sessions {
		words = append(words, session(&sessions[i]))
	}
	return strings.Join(words, "; ")
}

// Records are shown as what they are, self-declared, and decide nothing.
func TestRecordsAreShown(t *testing.T) {
	const record = `{"version":"0.1.0","id":"1","tool":{"name":"cursor"},"files":[{"path":"a","conversations":[{"contributor":{"type":"ai","model_id":"anthropic/opus"}},{"contributor":{"type":"human"}}]}]}`
	patch := "@@ -0,0 +1 @@\n+" + record
	a := BuiltIn().Attribute(anas(func(r *pull.Request) {
		r.Commits[0].Sessions = []pull.Session{{Standard: "git-ai", Tool: "claude", Model: "opus"}}
		r.Files = []pull.File{
			{Path: ".agent-trace/1.json", Status: pull.Added, Added: 1, Patch: patch},
			{Path: ".agent-trace/all.jsonl", Status: pull.Modified, Added: 1, Patch: "@@ -1 +1,2 @@\n " + record + "\n+" + record},
			{Path: ".agent-trace/2.json", Status: pull.Modified, Added: 1, Patch: "@@ -1 +1 @@\n-{\n+{}"},
			{Path: ".agent-trace/3.json", Status: pull.Added, Added: 1, Patch: "@@ -0,0 +1 @@\n+{}"},
			{Path: ".agent-trace/4.json", Status: pull.Removed, Removed: 1, Patch: "@@ -1 +0,0 @@\n-" + record},
			{Path: "docs/.agent-trace/5.json", Status: pull.Added, Added: 1, Patch: patch},
		}
	}))
	if a.Authorship != None || len(a.Agents) > 0 {
		t.Errorf("got %s: what is self-declared decided", told(&a))
	}
	var got []string
	for _, e := range a.Declared[0].Evidence {
		got = append(got, e.Where+": "+e.Text)
	}
	want := []string{
		"commit 1a2b3c4, a note: claude, opus (git-ai)",
		"file .agent-trace/1.json: cursor, anthropic/opus (Agent Trace)",
		"file .agent-trace/all.jsonl: cursor, anthropic/opus (Agent Trace)",
		"file .agent-trace/2.json: Agent Trace record",
		"file .agent-trace/3.json: a record of Agent Trace that is not a record of its form",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
}

func FuzzRecords(f *testing.F) {
	f.Add("a\n---\n" + `{"schema_version":"authorship/3.0.0","prompts":{"1":{"agent_id":{"tool":"claude"}}}}`)
	f.Add(`{"version":"1","files":[{"conversations":[{"contributor":{"type":"ai"}}]}]}{`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, sessions := range [][]pull.Session{GitAI(text), traces(text)} {
			if len(sessions) > maxSessions {
				t.Errorf("%d sessions", len(sessions))
			}
			if len(inWords(sessions)) > maxSessions*(2*maxName+200) {
				t.Error("too long")
			}
		}
	})
}
