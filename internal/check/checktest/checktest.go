// Package checktest runs the cases of a check: text files that open with the sentence why they exist.
//
//	One file alone is over the limit, so the verdict names it.
//	-- pull.yml --
//	files: [{path: go.sum, added: 900, removed: 3}]
//	-- options.yml --
//	max_lines: 600
//	-- want --
//	fail: 903 changed lines, 600 allowed
//
// pull.yml has the fields of pull.Request's JSON form; what it leaves out is plausible and known. attribution.yml, where
// there is one, has the fields of agent.Attribution, and kinds.yml is the policy's additions to kind.Table. change.diff is git's own form of a diff: each file of it is added to
// the pull request's files, with its modes and counts. base/PATH and head/PATH are whole files before and after: their
// difference is added to the pull request's files too, and those of the head to its contents.
package checktest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "rewrite the wants of the cases")

// Run runs every testdata/*.txtar of the check's folder. A folder without passing and failing cases is an error.
func Run(t *testing.T, c check.Check) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in testdata (%v)", err)
	}
	count := map[string]int{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			got := runCase(t, c, file)
			outcome, _, _ := strings.Cut(got, ":")
			count[outcome]++
		})
	}
	// A case that was filtered out with -run counts as nothing, so the bar holds for whole runs only.
	if flag.Lookup("test.run").Value.String() == "" && (count["pass"] < 6 || count["fail"] < 6) {
		t.Errorf("%d passing and %d failing cases; a check has at least 6 of each", count["pass"], count["fail"])
	}
}

func runCase(t *testing.T, c check.Check, file string) string {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(archive.Comment)) == 0 {
		t.Error("the case does not say why it exists")
	}
	r := &pull.Request{
		Repo: "acme/api", Number: 12, Title: "Add a thing", State: pull.Open, Known: pull.AllFacts,
		Author: pull.Account{Login: "ana", ID: 1, Type: pull.User},
		Base:   pull.Branch{Repo: "acme/api", Name: "main"}, Head: pull.Branch{Repo: "acme/api", Name: "thing"},
	}
	a := &agent.Attribution{Authorship: agent.Autonomous, Agents: []agent.Found{{Agent: "devin", Family: "devin", Confidence: agent.Conclusive}}}
	var nodes []*yaml.Node
	var kinds kind.Table
	want := -1
	var trees []txtar.File
	for i, f := range archive.Files {
		if strings.HasPrefix(f.Name, "base/") || strings.HasPrefix(f.Name, "head/") {
			trees = append(trees, f)
			continue
		}
		switch f.Name {
		case "pull.yml":
			fromYAML(t, f.Data, r)
		case "change.diff":
			files, err := changed(f.Data)
			if err != nil {
				t.Fatalf("change.diff: %v", err)
			}
			r.Files = append(r.Files, files...)
		case "attribution.yml":
			*a = agent.Attribution{}
			fromYAML(t, f.Data, a)
		case "kinds.yml":
			var globs map[kind.Kind][]string
			fromYAML(t, f.Data, &globs)
			if kinds, err = kind.Default.With(globs); err != nil {
				t.Fatalf("kinds.yml: %v", err)
			}
		case "options.yml":
			var node yaml.Node
			if err := yaml.Unmarshal(f.Data, &node); err != nil {
				t.Fatal(err)
			}
			nodes = append(nodes, node.Content...)
		case "want":
			want = i
		default:
			t.Errorf("%s: no part of a case is named so", f.Name)
		}
	}
	if len(trees) > 0 {
		compared(t, r, trees)
	}
	configured, problems := c.Configure(nodes...)
	for _, p := range problems {
		t.Errorf("options.yml: %v", p)
	}
	in := &check.Input{Pull: r, Attribution: a, Kinds: kinds}
	var before, after bytes.Buffer
	if err := pull.Encode(&before, r); err != nil {
		t.Fatal(err)
	}
	got := Format(configured.Run(in))
	if again := Format(configured.Run(in)); again != got {
		t.Errorf("the second run differs (-got +want)\n%s", cmp.Diff(again, got))
	}
	if err := pull.Encode(&after, r); err != nil || !bytes.Equal(before.Bytes(), after.Bytes()) {
		t.Errorf("the check changed its input (%v)", err)
	}
	if *update {
		part := txtar.File{Name: "want", Data: []byte(got)}
		if want >= 0 {
			archive.Files[want] = part
		} else {
			archive.Files = append(archive.Files, part)
		}
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return got
	}
	if want < 0 {
		t.Fatalf("no want; run with -update and read what it writes")
	}
	if diff := cmp.Diff(got, string(archive.Files[want].Data)); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	return got
}

// fromYAML decodes YAML by the JSON names of into's fields; a field that it doesn't have is an error.
func fromYAML(t *testing.T, data []byte, into any) {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	if value == nil {
		return
	}
	form, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(form))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// Format writes a verdict as a case wants it: the outcome and the summary, then a line a finding, its fix below it, and
// a line a link.
func Format(v check.Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", v.Outcome, v.Summary)
	if v.Waits {
		b.WriteString("waits for a person\n")
	}
	for _, f := range v.Findings {
		place := f.Path
		if f.Line > 0 {
			place += fmt.Sprintf(":%d", f.Line)
		}
		if place != "" {
			place += ": "
		}
		if f.Risk != "" {
			place = fmt.Sprintf("[%s] %s", f.Risk, place)
		}
		fmt.Fprintf(&b, "- %s%s\n", place, f.Message)
		for _, line := range f.Quote {
			fmt.Fprintf(&b, "  | %s\n", line)
		}
		if f.Fix != "" {
			fmt.Fprintf(&b, "  fix: %s\n", f.Fix)
		}
	}
	for _, l := range v.Links {
		fmt.Fprintf(&b, "link: %s <%s%s>\n", l.Title, l.URL, l.Path)
	}
	return b.String()
}
