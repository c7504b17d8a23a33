package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/agent/score"
)

// explainRow prints one answer and every signal behind it. What a pull request says is quoted, so that it cannot steer
// the terminal.
func explainRow(out io.Writer, row *score.Row, a *agent.Attribution, signals []agent.Signal) {
	fmt.Fprintf(out, "%s: %s\n", row.ID, verdictOf(a))
	for _, f := range a.Agents {
		fmt.Fprintf(out, "  %s, %s\n", f.Agent, f.Confidence)
	}
	for _, p := range a.Principals {
		fmt.Fprintf(out, "  behind it: %q, who %s\n", p.Login, p.Evidence)
	}
	for _, conflict := range a.Conflicts {
		fmt.Fprintf(out, "  conflict: %s\n", conflict)
	}
	for i := range signals {
		s := &signals[i]
		kind := s.Agent
		if s.Class != agent.Agent && s.Class != "" {
			kind += " (" + string(s.Class) + ")"
		}
		fmt.Fprintf(out, "  %-9s %-24s %-10s %-9s %s: %s\n", s.Kind, kind, s.Strength, forgery(s.Forged), s.Where, strconv.Quote(s.Text))
		if s.Rejected != "" {
			fmt.Fprintf(out, "            not counted: %s\n", s.Rejected)
		}
	}
	fmt.Fprintln(out)
}

func verdictOf(a *agent.Attribution) string {
	switch {
	case len(a.Agents) > 0:
		return string(a.Authorship)
	case a.Bot != "":
		return "an ordinary bot, " + strconv.Quote(a.Bot)
	}
	return "no sign of an agent"
}

func forgery(f agent.Forged) string {
	switch f {
	case agent.Unforgeable:
		return "vouched"
	case agent.Removable:
		return "removable"
	}
	return "text"
}

// scoreRows holds the answers against the labels and prints the figures.
func scoreRows(in io.Reader, name string, catalog *agent.Catalog, out io.Writer) error {
	var s score.Score
	err := eachRow(in, name, catalog, func(row *score.Row, a agent.Attribution, _ []agent.Signal) error {
		s.Add(row, &a)
		return nil
	})
	if err != nil {
		return err
	}
	if s.Total.Agents+s.Total.False == 0 {
		return fmt.Errorf("%s has no labels of high confidence to hold the answers against", name)
	}
	t := table.NewWriter()
	plain(t)
	t.AppendHeader(table.Row{"agent", "rows", "found", "false", "precision", "recall", "right agent", "right authorship"})
	for _, slug := range s.Agents() {
		t.AppendRow(scoreRow(slug, s.ByAgent[slug]))
	}
	t.AppendFooter(scoreRow("all", &s.Total))
	alignRight(t, 2, 8)
	printTable(out, t)
	fmt.Fprintf(out, "\n%d look-alikes, %d of them called probable or more; %d rows left out (labels of less confidence, or marked undetectable)\n", s.Hard, s.HardHits, s.Skipped)
	fmt.Fprintf(out, "%d mistakes\n", len(s.Mistakes))
	for _, m := range s.Mistakes {
		fmt.Fprintln(out, " ", strconv.Quote(m))
	}
	return nil
}

func scoreRow(name string, c *score.Count) table.Row {
	percent := func(f float64) string { return fmt.Sprintf("%.1f %%", 100*f) }
	return table.Row{name, c.Agents, c.Found, c.False, percent(c.Precision()), percent(c.Recall()), percent(c.Naming()), percent(c.Authorship())}
}
