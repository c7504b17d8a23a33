package dependencies

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// allFormats are the names under which each kind of file is read.
func allFormats() []string {
	names := []string{"requirements.txt", "a.gemspec", "a.csproj", ".cargo/config.toml", ".mvn/settings.xml", "a.gradle"}
	for name := range formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// FuzzRun puts two texts into a file of each kind: nothing of what an outsider writes may stop the check or make two
// runs differ.
func FuzzRun(f *testing.F) {
	names := allFormats()
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range cases {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		base := map[string]string{}
		for _, part := range txtar.Parse(data).Files {
			if path, ok := strings.CutPrefix(part.Name, "base/"); ok {
				base[path] = string(part.Data)
			} else if path, ok := strings.CutPrefix(part.Name, "head/"); ok {
				i := slices.IndexFunc(names, func(n string) bool { return formatOf(n) == formatOf(path) })
				f.Add(byte(max(i, 0)), base[path], string(part.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, which byte, before, after string) {
		name := names[int(which)%len(names)]
		in := &check.Input{Pull: replaced(name, before, after)}
		v := run(in, defaults)
		if again := run(in, defaults); again.Summary != v.Summary || len(again.Findings) != len(v.Findings) {
			t.Errorf("two runs differ: %v, %v", v, again)
		}
		if before == after && v.Outcome == check.Fail {
			t.Errorf("nothing changed, and it fails: %v", v)
		}
	})
}

// replaced is a pull request in which a file of one text became one of another.
func replaced(name, before, after string) *pull.Request {
	f := pull.File{Path: name, Status: pull.Modified}
	r := &pull.Request{
		Repo: "acme/api", Known: pull.AllFacts, Files: []pull.File{f},
		Contents: []pull.Document{{Path: name, Text: after}},
	}
	r.Files[0].NoPatch, r.Files[0].Added, r.Files[0].Removed = pull.TooLarge, 1, 1
	r.Documents = []pull.Document{{Path: name, Text: before}}
	return r
}
