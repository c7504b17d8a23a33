package digest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sluicegate/sluice/internal/gate"
)

var update = flag.Bool("update", false, "write the golden files anew; read their diff as you read code")

// Each report in every form, as a reader gets it.
func TestGolden(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := string(txtar.Format(golden(t, c.why, c.report())))
			file := filepath.Join("testdata", c.name+".txtar")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, string(want)); diff != "" {
				t.Errorf("(-got +want)\n%s", diff)
			}
		})
	}
}

func golden(t *testing.T, why string, r *gate.Report) *txtar.Archive {
	t.Helper()
	a := &txtar.Archive{Comment: []byte(why + "\n")}
	add := func(name, text string) {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(strings.TrimRight(text, "\n") + "\n")})
	}
	add("comment.md", Comment(r))
	run := CheckRun(r)
	add("check-run.md", "title: "+run.Title+"\n\n"+run.Summary+"\n----\n\n"+run.Text)
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; needsWork(v) {
			run := CheckRunFor(r, v)
			var b strings.Builder
			for _, a := range run.Annotations {
				fmt.Fprintf(&b, "%q:%d-%d %s %q %q\n", a.Path, a.StartLine, a.EndLine, a.Level, a.Title, a.Message)
			}
			add("check-run-"+v.Check+".md", "title: "+run.Title+"\n\n"+run.Summary+"\n----\n\n"+run.Text+"\n----\n\n"+b.String())
		}
	}
	add("terminal.txt", Text(r, Options{Width: 80}))
	data, err := JSON(r)
	if err != nil {
		t.Fatal(err)
	}
	add("report.json", string(data))
	if data, err = SARIF(r); err != nil {
		t.Fatal(err)
	}
	add("report.sarif", string(data))
	return a
}
