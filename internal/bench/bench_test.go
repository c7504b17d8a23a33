package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A run can be kept, and the next one is shown beside it.
func TestBench(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the binary")
	}
	o := &options{
		engines: "sqlite", latencies: "0", connections: "2", scale: 0.1, keep: true,
		last: filepath.Join(t.TempDir(), "last.json"), note: "a test",
	}
	var first, second strings.Builder
	if err := run(t.Context(), &first, o); err != nil {
		t.Fatal(err)
	}
	o.keep = false
	if err := run(t.Context(), &second, o); err != nil {
		t.Fatal(err)
	}
	last, err := read(o.last)
	if err != nil {
		t.Fatal(err)
	}
	if len(last.Cells) != 1 || last.Note != "a test" || last.Cores == 0 {
		t.Fatalf("got %+v, want one cell", last)
	}
	if c := last.Cells[0]; c.Throughput <= 0 || c.Ack.P50 <= 0 || c.Gate.P50 <= 0 || c.Calls <= 0 || c.CPU <= 0 || c.RSS <= 0 || c.Deliveries == 0 {
		t.Errorf("got %+v, want every figure", c)
	}
	if !strings.Contains(first.String(), "there is none") || !strings.Contains(second.String(), "\n                        (") {
		t.Errorf("got\n%s\nthen\n%s\nwant the kept run beside the second", &first, &second)
	}
}

func TestSpread(t *testing.T) {
	var times []time.Duration
	for i := range 100 {
		times = append(times, time.Duration(100-i)*time.Millisecond)
	}
	if got, want := spreadOf(times), (spread{P50: 51, P95: 96, P99: 100, Max: 100}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := spreadOf(nil); got != (spread{}) {
		t.Errorf("got %+v of nothing", got)
	}
}

// The run that is kept in the repository can be read.
func TestKept(t *testing.T) {
	const path = "../../testdata/bench/last.json"
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	k, err := read(path)
	if err != nil || len(k.Cells) == 0 || k.Cores == 0 || k.Load == "" {
		t.Errorf("got %+v and %v, want a whole run", k, err)
	}
}
