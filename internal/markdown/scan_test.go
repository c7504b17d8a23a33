package markdown

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// Scan agrees with Parse on where ordinary texts' lines stand.
func TestScanAgrees(t *testing.T) {
	for _, src := range []string{
		"words\n\n```go\ncode\n```\nwords", "~~~\na\n```\nb\n~~~\nc", "> quote\nlazy\n\nwords", "> ```\n> code\n> ```\nwords",
		"<!-- one -->\nwords", "<!--\nhidden\n\nhidden\n-->\nwords", "a <!-- b --> c", "- item\n\n  more\n\nwords", "words\n    goes on\n\n    code\n\nwords",
		"<details>\n<summary>More</summary>\n\nfolded\n\n```\ncode\n```\n\n</details>\n\nwords", "# One\n\n## Two\nwords\n###\n", "- [ ] open\n- [x] done\n1. [X] third",
		"1. one\n   ```\n   code\n   ```\n2. two", "```\nnever closed\n\nstill", "a\r\n```\r\nb\r\n```\r\nc", "", "\n\n", "> - item\n> more\n\nwords",
		"> ```\n> code\nwords", "---\nwords\n***\nwords", "````\n```\n````\nwords", "``` not a `fence\nwords",
	} {
		compare(t, src)
	}
}

// And on the descriptions of a collection, where it is there: what Parse calls code, a quote, a comment or folded is
// never called plain words.
func TestScanOnRealTexts(t *testing.T) {
	file, err := os.Open("../../../shared/data/pulls.jsonl")
	if err != nil {
		t.Skip("the collection is not there")
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	all, differ := 0, 0
	for lines.Scan() {
		var row struct{ Body string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		scanned, parsed := Scan(row.Body), Parse(row.Body)
		for i := range parsed.Lines {
			if strings.TrimSpace(parsed.Lines[i].Raw) == "" {
				continue
			}
			all++
			const hides = Code | Quote | Comment
			if parsed.Lines[i].Place&hides != 0 && scanned.Lines[i].Place&hides == 0 {
				differ++
				t.Logf("line %d: %b, scanned %b", i+1, parsed.Lines[i].Place, scanned.Lines[i].Place)
			}
		}
	}
	t.Logf("%d of %d lines are called plain that are not", differ, all)
	if differ*1000 > all {
		t.Errorf("%d of %d lines are called plain that are not", differ, all)
	}
}

func compare(t *testing.T, src string) {
	t.Helper()
	scanned, parsed := Scan(src), Parse(src)
	if len(scanned.Lines) != len(parsed.Lines) {
		t.Errorf("%q: %d lines, Parse has %d", src, len(scanned.Lines), len(parsed.Lines))
		return
	}
	for i := range parsed.Lines {
		p, s := parsed.Lines[i], scanned.Lines[i]
		const both = Code | Quote | Comment | Details
		if strings.TrimSpace(p.Raw) != "" && (p.Place&both != s.Place&both || p.Task != s.Task || p.Level != s.Level) {
			t.Errorf("%q, line %d: place %b, task %d, level %d; Parse has %b, %d, %d", src, i+1, s.Place&both, s.Task, s.Level, p.Place&both, p.Task, p.Level)
		}
	}
}

func FuzzScan(f *testing.F) {
	f.Add("> ```\na\n\n<!--\n<details>")
	f.Add("    a\n\t\n- \n1. x\n####### y")
	f.Fuzz(func(t *testing.T, src string) {
		if doc := Scan(src); len(doc.Lines) == 0 {
			t.Error("no lines")
		}
	})
}

func BenchmarkScan(b *testing.B) {
	para := "Some words with `code`, a [link](https://e.example/1) and **more** of it.\n\n- [x] an item\n\n"
	src := strings.Repeat(para, 64<<10/len(para))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Scan(src)
	}
}
