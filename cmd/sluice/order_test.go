package main

import (
	"testing"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

// Whatever order deliveries come in, a pull request ends with the verdict on what it is now, and no commit or base that it
// left gets one that is not its own.
func TestOrder(t *testing.T) {
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			databasetest.Each(t, func(t *testing.T, url string) {
				t.Parallel()
				h := beginPull(t, url)
				must(t, h.box.AddBranch(theRepo, "stable", "main"))
				first := h.box.Head(theRepo, theNumber)
				in := func(happen func()) {
					h.box.Hold()
					happen()
					h.box.Release(order)
					h.settle()
				}
				in(func() {
					h.pushCode("30")
					must(t, h.box.Retarget(theRepo, theNumber, "stable"))
					must(t, h.box.Edit(theRepo, theNumber, "", whence))
					h.pushCode("31")
				})
				head := h.box.Head(theRepo, theNumber)
				for sha, want := range map[string]map[string]string{
					first: {theGate: "success", "sluice: stable": ""},
					head:  {theGate: "", "sluice: stable": "failure"},
				} {
					for name, want := range want {
						if got := h.box.CheckRun(theRepo, sha, name).Conclusion; got != want {
							t.Errorf("%s on %.7s: got %q, want %q", name, sha, got, want)
						}
					}
				}
				in(func() {
					must(t, h.box.Abandon(theRepo, theNumber))
					must(t, h.box.Reopen(theRepo, theNumber))
					must(t, h.box.Edit(theRepo, theNumber, "", inOrder))
					must(t, h.box.Retarget(theRepo, theNumber, "main"))
				})
				if got, void := h.conclusion(theGate), h.conclusion("sluice: stable"); got != "success" || void != "action_required" {
					t.Errorf("got %q for main and %q for stable, want success and action_required", got, void)
				}
				in(func() {
					must(t, h.box.Edit(theRepo, theNumber, "", whence))
					must(t, h.box.Abandon(theRepo, theNumber))
				})
				open, err := h.server.store.OpenIn(t.Context(), theRepo)
				if must(t, err); len(open) != 0 || len(h.digests()) != 1 {
					t.Errorf("got %+v open and %d digests, want none and 1", open, len(h.digests()))
				}
				if r, err := h.server.store.Latest(t.Context(), theRepo, theNumber); err != nil || r.Head != head || r.Decision != gate.Open {
					t.Errorf("got %+v, %v; want the last verdict while it was open", r, err)
				}
			})
		})
	}
}
