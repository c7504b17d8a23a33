// Command bench runs the real server against the sandbox and prints how fast it is, beside the last run that was kept.
// "make bench" runs it. The sandbox works in this process, on the same machine: it takes its share of the processors.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

// options say what is measured.
type options struct {
	engines     string
	latencies   string // of the API, in milliseconds
	connections string
	scale       float64 // of how many pull requests
	rate        int     // deliveries a second of the steady part; none where 0
	many        int     // pull requests of the part that measures memory; none where 0
	last        string  // the file of the last kept run
	keep        bool
	note        string
	json        string // where the figures go too
}

func main() {
	o := options{}
	flag.StringVar(&o.engines, "engines", "sqlite,postgres", "databases")
	flag.StringVar(&o.latencies, "latencies", "0,30", "latencies of the API, in milliseconds")
	flag.StringVar(&o.connections, "connections", "1,16,64", "pull requests under way at once")
	flag.Float64Var(&o.scale, "scale", 1, "so many times the usual number of pull requests")
	flag.IntVar(&o.rate, "rate", 200, "deliveries a second of the steady part; 0 for none")
	flag.IntVar(&o.many, "many", 0, "pull requests after which memory is measured, on the first engine; 3000 is what the goal names")
	flag.StringVar(&o.last, "last", "testdata/bench/last.json", "the file of the last kept run")
	flag.BoolVar(&o.keep, "keep", false, "keep this run as the last one")
	flag.StringVar(&o.note, "note", "", "what a reader has to know of the machine, for the kept run")
	flag.StringVar(&o.json, "json", "", "write the figures to this file; - for the terminal")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, &o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, o *options) error {
	last, err := read(o.last)
	if err != nil {
		return err
	}
	b, err := begin(ctx, o)
	if err != nil {
		return err
	}
	defer b.end()
	r := describe(o.note)
	fmt.Fprintf(out, "%d cores, load %s; in brackets the last kept run%s\n", r.Cores, r.Load, last.when())
	fmt.Fprint(out, header)
	for _, c := range b.cells() {
		if err := b.measure(ctx, &c); err != nil {
			return fmt.Errorf("%s: %w", c.name(), err)
		}
		r.Cells = append(r.Cells, c)
		fmt.Fprint(out, c.row(last.cell(c.name())))
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	switch o.json {
	case "":
	case "-":
		fmt.Fprintf(out, "%s", data)
	default:
		err = os.WriteFile(o.json, data, 0o600)
	}
	if o.keep {
		err = errors.Join(err, os.WriteFile(o.last, data, 0o644)) //nolint:gosec // a file of the repository
	}
	return err
}

// read is the last kept run; an empty one where there is none.
func read(path string) (*kept, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if errors.Is(err, fs.ErrNotExist) {
		return &kept{}, nil
	}
	if err != nil {
		return nil, err
	}
	k := &kept{}
	if err := json.Unmarshal(data, k); err != nil {
		return nil, fmt.Errorf("%s: %w; remove it, or name another file by -last", path, err)
	}
	return k, nil
}

func numbers(list string) (out []int, err error) {
	for word := range strings.SplitSeq(list, ",") {
		n, wrong := strconv.Atoi(strings.TrimSpace(word))
		if wrong != nil {
			return nil, fmt.Errorf("%q: write numbers with commas between", list)
		}
		out = append(out, n)
	}
	return out, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
