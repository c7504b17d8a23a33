package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/gitlocal"
)

// month is what landed in one month.
type month struct {
	Month   string `json:"month"`   // "2026-11"
	Changes int    `json:"changes"` // pull requests and pushes
	ByAgent int    `json:"by_agents"`
	// Declared are changes of which nothing but what they say of themselves tells of an agent: a note, a record, a box.
	Declared int            `json:"only_self_declared"`
	Agents   map[string]int `json:"agents"` // changes by slug; one that two agents wrote counts for both
}

// history counts by month what landed in the clone around dir, and which agents wrote it, from probable up.
func history(ctx context.Context, catalog *agent.Catalog, dir, since string, now time.Time) ([]*month, error) {
	from, err := parseSince(since, now)
	if err != nil {
		return nil, err
	}
	clone, err := gitlocal.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	landed, err := clone.Landed(ctx, "HEAD", from)
	if err != nil {
		return nil, err
	}
	months := map[string]*month{}
	for _, r := range landed {
		name := r.CreatedAt.Format("2006-01")
		m := months[name]
		if m == nil {
			m = &month{Month: name, Agents: map[string]int{}}
			months[name] = m
		}
		m.Changes++
		a := catalog.Attribute(r)
		found := false
		for _, f := range a.Agents {
			if f.Confidence.AtLeast(agent.Probable) {
				m.Agents[f.Agent]++
				found = true
			}
		}
		switch {
		case found:
			m.ByAgent++
		case len(a.Declared) > 0:
			m.Declared++
		}
	}
	return slices.SortedFunc(maps.Values(months), func(a, b *month) int { return cmp.Compare(a.Month, b.Month) }), nil
}

var span = regexp.MustCompile(`^(\d{1,5})([dwmy])$`)

// parseSince reads "90d", "12w", "6m", "2y" or a date, "2026-01-31".
func parseSince(s string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	m := span.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, fmt.Errorf("--since %q: write 90d, 12w, 6m, 2y or a date as 2026-01-31", s)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return time.Time{}, err
	}
	switch m[2] {
	case "d":
		return now.AddDate(0, 0, -n), nil
	case "w":
		return now.AddDate(0, 0, -7*n), nil
	case "m":
		return now.AddDate(0, -n, 0), nil
	}
	return now.AddDate(-n, 0, 0), nil
}

// writeHistory prints the months as a table, as JSON or as CSV.
func writeHistory(out io.Writer, months []*month, format string) error {
	switch format {
	case "json":
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(append([]*month{}, months...))
	case "csv":
		return writeCSV(out, months)
	}
	t := table.NewWriter()
	plain(t)
	t.AppendHeader(table.Row{"month", "changes", "by agents", "share", "self-declared", "agents"})
	all := &month{Agents: map[string]int{}}
	for _, m := range months {
		t.AppendRow(monthRow(m.Month, m))
		all.Changes += m.Changes
		all.ByAgent += m.ByAgent
		all.Declared += m.Declared
		for slug, n := range m.Agents {
			all.Agents[slug] += n
		}
	}
	t.AppendFooter(monthRow("all", all))
	alignRight(t, 2, 5)
	printTable(out, t)
	return nil
}

func monthRow(name string, m *month) table.Row {
	share := 0.0
	if m.Changes > 0 {
		share = 100 * float64(m.ByAgent) / float64(m.Changes)
	}
	var agents []string
	for _, slug := range bySize(m.Agents) {
		agents = append(agents, fmt.Sprintf("%s %d", slug, m.Agents[slug]))
	}
	return table.Row{name, m.Changes, m.ByAgent, fmt.Sprintf("%.0f %%", share), m.Declared, strings.Join(agents, ", ")}
}

func bySize(agents map[string]int) []string {
	return slices.SortedFunc(maps.Keys(agents), func(a, b string) int {
		return cmp.Or(cmp.Compare(agents[b], agents[a]), cmp.Compare(a, b))
	})
}

// writeCSV prints a line for each month and agent, one for each month's changes that only declare one themselves, and
// one, with no agent, for those without any.
func writeCSV(out io.Writer, months []*month) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"month", "agent", "changes"}}
	for _, m := range months {
		rows = append(rows, []string{m.Month, "", strconv.Itoa(m.Changes - m.ByAgent - m.Declared)})
		if m.Declared > 0 {
			rows = append(rows, []string{m.Month, "self-declared", strconv.Itoa(m.Declared)})
		}
		for _, slug := range bySize(m.Agents) {
			rows = append(rows, []string{m.Month, slug, strconv.Itoa(m.Agents[slug])})
		}
	}
	return w.WriteAll(rows)
}
