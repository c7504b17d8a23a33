package score

import (
	"bufio"
	"os"
	"testing"

	"github.com/sluicegate/sluice/internal/agent"
)

// collection is the labelled collection, kept beside the repository: its words are other people's.
const collection = "../../../../shared/data/pulls.jsonl"

func TestCollection(t *testing.T) {
	file, err := os.Open(collection)
	if err != nil {
		t.Skip("the labelled collection is not there")
	}
	defer file.Close()
	var s Score
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		row, r, err := Read(lines.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		a := agent.BuiltIn().Attribute(r)
		s.Add(row, &a)
	}
	if s.Total.Agents == 0 {
		t.Fatal("no row was counted")
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"precision", s.Total.Precision(), 0.995},
		{"recall", s.Total.Recall(), 0.98},
		{"right agent", s.Total.Naming(), 0.97},
		{"right authorship", s.Total.Authorship(), 0.95},
	} {
		t.Logf("%s %.4f", c.name, c.got)
		if c.got < c.want {
			t.Errorf("%s is %.4f, want %.3f", c.name, c.got, c.want)
		}
	}
	if s.HardHits > 0 {
		t.Errorf("%d of %d look-alikes were called an agent's", s.HardHits, s.Hard)
	}
	for _, m := range s.Mistakes {
		t.Log(m)
	}
}
