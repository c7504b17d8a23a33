// Command chaos kills the real server and everything that it stands on, again and again, and then looks whether every
// pull request has the verdict that it should have: none lost, none doubled. "make chaos" runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

// options say how much chaos.
type options struct {
	engine   string
	pulls    int
	restarts int
	seed     uint64
	storm    time.Duration // how long things go wrong
	outage   time.Duration // how long the API is gone at a time, and the database
	patience time.Duration // how long it may take after the storm until all is right
	soon     time.Duration // how long it may take after a return until what happened meanwhile has its check run
	brief    bool          // leave out what takes a minute: limits without an end that is told, and jobs that look once more later
	log      string        // where the servers' log goes when something is wrong
}

func main() {
	o := options{}
	flag.StringVar(&o.engine, "engine", "sqlite", "sqlite or postgres; on Postgres two servers share the work")
	flag.IntVar(&o.pulls, "pulls", 300, "pull requests")
	flag.IntVar(&o.restarts, "restarts", 10, "how often a server is killed and started again")
	flag.Uint64Var(&o.seed, "seed", 1, "of what happens when")
	flag.DurationVar(&o.storm, "storm", 2*time.Minute, "how long things go wrong")
	flag.DurationVar(&o.outage, "outage", 12*time.Second, "how long the API is gone, and then the database")
	flag.DurationVar(&o.patience, "patience", 5*time.Minute, "how long it may take afterwards until all is right")
	flag.DurationVar(&o.soon, "soon", time.Minute, "how long it may take until what happened while all servers were dead has its check run")
	flag.BoolVar(&o.brief, "brief", false, "leave out what takes minutes: limits that do not tell their end, and last looks of pull requests that are right")
	flag.StringVar(&o.log, "log", "", "write the servers' log to this file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, &o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

// run is one round: storm, calm, the dark, and the reckoning. Its error says what was lost or doubled.
func run(ctx context.Context, out io.Writer, o *options) error {
	s := &scene{options: o}
	if err := s.begin(ctx); err != nil {
		return s.end(err)
	}
	fmt.Fprintf(out, "chaos on %s, seed %d: %d pull requests, %d restarts, a storm of %s\n", o.engine, o.seed, o.pulls, o.restarts, o.storm)
	if err := s.rage(ctx); err != nil {
		return s.end(err)
	}
	late := s.calm(ctx)
	if late == nil {
		late = s.darken(ctx, nil)
	}
	return s.end(s.reckon(ctx, out, late))
}
