package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// kept is a run as it is kept.
type kept struct {
	At    string `json:"at"`
	Go    string `json:"go"`
	Cores int    `json:"cores"`
	Load  string `json:"load"` // of the machine before the run, over 1, 5 and 15 minutes; "unknown" where nothing tells
	Note  string `json:"note,omitempty"`
	Cells []cell `json:"cells"`
}

func describe(note string) *kept {
	load := "unknown"
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = strings.Join(strings.Fields(string(text))[:3], " ")
	}
	return &kept{At: time.Now().UTC().Format(time.RFC3339), Go: runtime.Version(), Cores: runtime.NumCPU(), Load: load, Note: note}
}

func (k *kept) when() string {
	if k.At == "" {
		return ": there is none"
	}
	return fmt.Sprintf(", of %s on %d cores, load %s", k.At, k.Cores, k.Load)
}

// cell finds one by name, an empty one where there is none.
func (k *kept) cell(name string) *cell {
	i := slices.IndexFunc(k.Cells, func(c cell) bool { return c.name() == name })
	if i < 0 {
		return &cell{}
	}
	return &k.Cells[i]
}

// cell is one measurement. Times are in milliseconds.
type cell struct {
	Engine      string  `json:"engine"`
	Latency     int     `json:"api_latency_ms"`
	Connections int     `json:"connections"`
	Rate        int     `json:"deliveries_a_second,omitempty"` // of the steady part
	Pulls       int     `json:"pulls"`
	Deliveries  int     `json:"deliveries"`
	Throughput  float64 `json:"pulls_a_second"`
	Ack         spread  `json:"acknowledged_ms"`
	Gate        spread  `json:"webhook_to_gate_ms"`
	Calls       float64 `json:"api_calls_a_pull"` // tokens apart
	CPU         float64 `json:"cpu_ms_a_pull"`    // of the server alone
	RSS         float64 `json:"rss_mb"`
}

func (c *cell) name() string {
	name := fmt.Sprintf("%s %dms %d", c.Engine, c.Latency, c.Connections)
	if c.Rate > 0 {
		name += fmt.Sprintf(" %d/s", c.Rate)
	} else if c.Pulls >= many {
		name += fmt.Sprintf(" %d pulls", c.Pulls)
	}
	return name
}

// many are so many pull requests that a cell is named for them.
const many = 1000

const header = "engine    API  conns   pulls/s          ack p50/p95/p99 ms      gate p50/p95/p99 ms     calls/pull   CPU ms/pull   RSS MB\n"

// row is the cell as a line of the table, and the same one of the last kept run below it.
func (c *cell) row(last *cell) string {
	line := func(c *cell, name, open, end string) string {
		return fmt.Sprintf("%-24s%s%8.1f %7.1f %7.1f %7.1f  %8.0f %7.0f %7.0f  %8.1f %9.1f %9.0f%s\n", name, open, c.Throughput,
			c.Ack.P50, c.Ack.P95, c.Ack.P99, c.Gate.P50, c.Gate.P95, c.Gate.P99, c.Calls, c.CPU, c.RSS, end)
	}
	out := line(c, c.name(), " ", " ")
	if last.Engine != "" {
		out += line(last, "", "(", ")")
	}
	return out
}

// spread is how times are distributed.
type spread struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func spreadOf(times []time.Duration) spread {
	if len(times) == 0 {
		return spread{}
	}
	slices.SortFunc(times, cmp.Compare)
	at := func(share float64) float64 {
		return milliseconds(times[min(int(share*float64(len(times))), len(times)-1)])
	}
	return spread{P50: at(0.50), P95: at(0.95), P99: at(0.99), Max: at(1)}
}
