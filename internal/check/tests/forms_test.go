package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// TestForms runs the files of testdata/forms: short changes, each with what is said of it. A case is
//
//	case: a skip in a test that was there
//	file: a/x_test.go
//	 func TestTotal(t *testing.T) {
//	+	t.Skip("later")
//	weak: the test TestTotal is skipped now
//
// "new:" and "gone:" stand for "file:" where the file was added or removed, "look:" for "weak:" where a finding is only
// shown, and a case without either says nothing.
func TestForms(t *testing.T) {
	files, err := filepath.Glob("testdata/forms/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range strings.Split(string(data), "case: ")[1:] {
			name, body, _ := strings.Cut(text, "\n")
			t.Run(fmt.Sprintf("%s/%d %s", strings.TrimSuffix(filepath.Base(file), ".txt"), i, name), func(t *testing.T) { formCase(t, body) })
		}
	}
}

func formCase(t *testing.T, body string) {
	r := &pull.Request{Known: pull.AllFacts}
	var want []string
	for line := range strings.SplitSeq(strings.TrimRight(body, "\n"), "\n") {
		head, rest, _ := strings.Cut(line, ": ")
		switch head {
		case "file", "new", "gone":
			status := map[string]pull.Status{"file": pull.Modified, "new": pull.Added, "gone": pull.Removed}[head]
			r.Files = append(r.Files, pull.File{Path: rest, Status: status})
			continue
		case "weak", "look":
			want = append(want, line)
			continue
		}
		f := &r.Files[len(r.Files)-1]
		if line == "" {
			line = " "
		}
		switch line[0] {
		case '+':
			f.Added++
		case '-':
			f.Removed++
		}
		f.Patch += "\n" + line
	}
	for i := range r.Files {
		f := &r.Files[i]
		f.Patch = header(f) + f.Patch
	}
	in := &check.Input{Pull: r}
	v := Check.Run(in)
	var got []string
	for _, f := range v.Findings {
		switch {
		case f.Risk != "":
			got = append(got, "weak: "+f.Message)
		case strings.Contains(f.Fix, "ook"), strings.Contains(f.Message, "does not run"), strings.Contains(f.Message, "sleeps"), strings.Contains(f.Message, "runs a check"):
			got = append(got, "look: "+f.Message)
		}
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s\n%s", diff, body)
	}
}

func header(f *pull.File) string {
	old, now := 0, 0
	for _, l := range strings.Split(f.Patch, "\n")[1:] {
		if l[0] != '+' {
			old++
		}
		if l[0] != '-' {
			now++
		}
	}
	start := func(n int) string {
		if n == 0 {
			return "0,0"
		}
		return fmt.Sprintf("1,%d", n)
	}
	return fmt.Sprintf("@@ -%s +%s @@", start(old), start(now))
}
