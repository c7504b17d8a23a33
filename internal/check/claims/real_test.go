package claims

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

// What is taken for a claim in the descriptions of a collection, where it is there, is to be read with -v; it has no
// diffs. Every claim has its place.
func TestRealTexts(t *testing.T) {
	file, err := os.Open("../../../../shared/data/pulls.jsonl")
	if err != nil {
		t.Skip("the collection is not there")
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row struct{ ID, Title, Body string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		doc := markdown.Parse(row.Body)
		said := append(titleOf(row.Title), statements(doc, markdown.OwnWords(doc, nil))...)
		found, _ := find(newChange(&check.Input{Pull: &pull.Request{}}), said)
		for _, c := range found {
			if c.said.line > len(doc.Lines) || c.said.said == "" {
				t.Errorf("%s: line %d of %d says %q", row.ID, c.said.line, len(doc.Lines), c.said.said)
			}
			t.Logf("%s: %s: %s", row.ID, c.key, c.said.quoted())
		}
	}
}
