package gate

import (
	"runtime"
	"sync"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/policy"
)

// judge runs the checks that are not off, as many at a time as there are processors: they are pure and change nothing, so
// their order is only that of the verdicts. reuse may answer for a check in its place; it may be nil.
func judge(in *check.Input, checks []policy.Applicable, reuse func(i int) *check.Verdict) []Verdict {
	verdicts := make([]Verdict, 0, len(checks))
	var running sync.WaitGroup
	var panicked sync.Map
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, c := range checks {
		if c.Level == policy.Off {
			continue
		}
		verdicts = append(verdicts, Verdict{Check: c.Check.Name, Level: c.Level})
		v := &verdicts[len(verdicts)-1]
		if reuse != nil {
			if known := reuse(i); known != nil {
				v.Verdict = *known
				continue
			}
		}
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			// A panic is the caller's to see, and not the end of the process.
			defer func() {
				if cause := recover(); cause != nil {
					panicked.Store(c.Check.Name, cause)
				}
			}()
			v.Verdict = c.Check.Run(in)
		})
	}
	running.Wait()
	panicked.Range(func(_, cause any) bool { panic(cause) })
	return verdicts
}
