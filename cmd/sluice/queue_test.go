package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/sandbox"
)

const (
	denies = "version: 1\nmode: enforce\nagents: {deny: [copilot-coding-agent]}\n"
	takes  = "version: 1\nmode: enforce\n"
)

// govern pushes a policy to a branch of a repository.
func (h *house) govern(repo, branch, text string) {
	h.Helper()
	_, err := h.box.Commit(repo, branch, sandbox.Change{Message: "Policy", Author: h.box.Identity("mira"), Write: map[string]sandbox.File{policy.Path: {Text: text}}})
	must(h.T, err)
}

// queue puts pull requests into the merge queue.
func (h *house) queue(numbers ...int) (group string) {
	h.Helper()
	group, err := h.box.QueueMerge(theRepo, numbers...)
	must(h.T, err)
	return group
}

// grouped holds what the gate concludes on a merge group, by one check run.
func (h *house) grouped(why, group, want string) {
	h.Helper()
	runs := slices.DeleteFunc(h.box.CheckRuns(theRepo, group), func(run sandbox.CheckRun) bool { return strings.HasPrefix(run.Title, "Void:") })
	if len(runs) != 1 || runs[0].Name != theGate || runs[0].Conclusion != want {
		h.Errorf("%s: got %+v on the merge group, want %s: %s alone", why, runs, theGate, want)
	}
}

// whence is a description without one of the sections that are asked for.
var whence = strings.ReplaceAll(inOrder, "## Why", "## Whence")

// A merge group goes the way of its members for as long as it is in the queue, whatever changes their verdict.
func TestMergeGroup(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := beginPull(t, url)
		must(t, h.box.AddRepo(sandbox.Repo{Name: "acme/.github", Files: map[string]sandbox.File{"README.md": {Text: "# acme\n"}}}))
		must(t, h.box.AddBranch(theRepo, "stable", "main"))
		group := h.queue(theNumber)
		for _, step := range []struct {
			why  string
			do   func()
			want string
		}{
			{"it begins as its member stands", func() {}, "success"},
			{"the policy changes", func() { h.govern(theRepo, "main", denies) }, "failure"},
			{"and back", func() { h.govern(theRepo, "main", takes) }, "success"},
			{"the organisation's changes", func() { h.govern("acme/.github", "main", denies) }, "failure"},
			{"and back", func() { h.govern("acme/.github", "main", takes) }, "success"},
			{"another branch's policy is nothing to it", func() { h.govern(theRepo, "stable", denies) }, "success"},
			{"the description changes", func() { must(t, h.box.Edit(theRepo, theNumber, "", whence)) }, "failure"},
			{"and back", func() { must(t, h.box.Edit(theRepo, theNumber, "", inOrder)) }, "success"},
			{"the issue is emptied", func() { must(t, h.box.EditIssue(theRepo, 7, "", "TODO")) }, "failure"},
			{"a re-run finds the same", func() { h.rerun(group, false) }, "failure"},
			{"and filled", func() {
				must(t, h.box.EditIssue(theRepo, 7, "", "Ten requests a minute are not enough for the shops that import their whole catalogue at night. Allow twenty."))
			}, "success"},
			{"a re-run of all", func() { h.rerun(group, true) }, "success"},
			{"the policy calls the check run otherwise", func() {
				h.govern(theRepo, "main", takes+"check_run: {name: sluice}\n")
				h.settle()
				old, now := h.box.CheckRun(theRepo, group, theGate), h.box.CheckRun(theRepo, group, "sluice")
				if old.Conclusion != "action_required" || now.Conclusion != "success" {
					t.Errorf("got %q under the old name and %q under the new one, want action_required and success", old.Conclusion, now.Conclusion)
				}
				h.govern(theRepo, "main", takes)
				h.settle()
				if now := h.box.CheckRun(theRepo, group, "sluice"); now.Conclusion != "action_required" {
					t.Errorf("and back: got %q, want action_required", now.Conclusion)
				}
			}, "success"},
			{"its member goes elsewhere", func() { must(t, h.box.Retarget(theRepo, theNumber, "stable")) }, "action_required"},
			{"and comes back", func() { must(t, h.box.Retarget(theRepo, theNumber, "main")) }, "success"},
		} {
			step.do()
			h.settle()
			if h.grouped(step.why, group, step.want); t.Failed() {
				t.Fatal(step.why)
			}
		}
		must(t, h.box.DropGroup(theRepo, group, "dequeued"))
		h.settle()
		must(t, h.box.Edit(theRepo, theNumber, "", whence))
		h.settle()
		if n := h.count("queued"); n != 0 {
			t.Errorf("got %d rows on a merge group that is gone, want none", n)
		}
		h.grouped("it is gone: nobody asks", group, "success")
	})
}

// rerun presses the button on a merge group's check run, or that on all of them.
func (h *house) rerun(group string, all bool) {
	h.Helper()
	h.settle()
	before, times := h.box.CheckRun(theRepo, group, theGate), h.completions(group)
	if all {
		must(h.T, h.box.RerequestSuite(theRepo, group, "mira"))
	} else {
		must(h.T, h.box.Rerequest(before.ID, "mira"))
	}
	h.settle()
	if after := h.box.CheckRun(theRepo, group, theGate); after.ID != before.ID || h.completions(group)[after.ID] <= times[after.ID] {
		h.Errorf("got %d, want %d completed once more", after.ID, before.ID)
	}
}

// A group gets its check run though nobody told of its member, and though nobody told of the group before its button was
// pressed.
func TestMergeGroupAlone(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := begin(t, url)
		h.populate()
		h.box.SetHookURL(h.url + "/api/github/hook")
		h.settle()
		only := func(event string) {
			h.box.Release(func(waiting []*sandbox.Delivery) []*sandbox.Delivery {
				return slices.DeleteFunc(waiting, func(d *sandbox.Delivery) bool { return d.Event != event })
			})
			h.settle()
		}
		h.box.Hold()
		h.open()
		group := h.queue(theNumber)
		only("merge_group")
		h.grouped("its member has no verdict", group, "success")
		if n := h.count("reports"); n != 0 {
			t.Errorf("got %d reports, want none: its own job makes that", n)
		}

		must(t, h.box.DropGroup(theRepo, group, "dequeued"))
		h.box.Hold()
		must(t, h.box.Edit(theRepo, theNumber, "", whence))
		h.pushCode("30")
		group = h.queue(theNumber)
		only("nothing")
		if runs := h.box.CheckRuns(theRepo, group); len(runs) != 0 {
			t.Fatalf("got %+v, want nothing yet", runs)
		}
		must(t, h.box.RerequestSuite(theRepo, group, "mira"))
		h.settle()
		h.grouped("the button", group, "failure")
	})
}

// Each order of the deliveries ends with the same verdicts.
func TestMergeGroupOrder(t *testing.T) {
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			databasetest.Each(t, func(t *testing.T, url string) {
				t.Parallel()
				h := beginPull(t, url)
				for i, happen := range []struct {
					do   func() (group string)
					want string
				}{
					{func() string {
						defer h.govern(theRepo, "main", denies)
						return h.queue(theNumber)
					}, "failure"},
					{func() string {
						h.govern(theRepo, "main", takes)
						return h.queue(theNumber)
					}, "success"},
					{func() string {
						must(t, h.box.Edit(theRepo, theNumber, "", whence))
						group := h.queue(theNumber)
						must(t, h.box.Edit(theRepo, theNumber, "", inOrder))
						h.pushCode("30")
						return group
					}, "success"},
					{func() string {
						group := h.queue(theNumber)
						must(t, h.box.Edit(theRepo, theNumber, "", whence))
						must(t, h.box.DropGroup(theRepo, group, "invalidated"))
						return h.queue(theNumber)
					}, "failure"},
				} {
					h.box.Hold()
					group := happen.do()
					h.box.Release(order)
					h.settle()
					if got := h.conclusion(theGate); got != happen.want {
						t.Errorf("%d: got %q on the pull request, want %q", i, got, happen.want)
					}
					if h.grouped(fmt.Sprint(i), group, happen.want); t.Failed() {
						t.FailNow()
					}
				}
			})
		})
	}
}

// orders are those in which deliveries may come.
var orders = map[string]func([]*sandbox.Delivery) []*sandbox.Delivery{
	"as it happened": nil,
	"turned round":   turned,
	"twice": func(d []*sandbox.Delivery) []*sandbox.Delivery {
		return append(slices.Clone(d), turned(d)...)
	},
}

func turned(d []*sandbox.Delivery) []*sandbox.Delivery {
	slices.Reverse(d)
	return d
}

// Groups that stand on each other are decided each by its own pull request, and all know of a change of the policy.
func TestMergeGroups(t *testing.T) {
	t.Parallel()
	h := beginPull(t, databasetest.SQLite(t))
	second, err := h.box.Open(sandbox.Pull{
		Repo: theRepo, Title: "Say so", Body: "A word.", Author: "mira", Head: "docs",
		Commits: []sandbox.Change{{Message: "Say so", Author: h.box.Identity("mira"), Write: map[string]sandbox.File{"README.md": {Text: "# API\n\nTwenty.\n"}}}},
	})
	must(t, err)
	first, person := h.queue(theNumber), h.queue(second)
	h.settle()
	h.grouped("the agent's", first, "success")
	h.grouped("the person's", person, "success")
	h.govern(theRepo, "main", denies)
	h.settle()
	h.grouped("the agent's, denied", first, "failure")
	h.grouped("the person's, though it stands on a closed one", person, "success")
	h.rerun(person, false)
	h.grouped("the person's, asked for again: the event names no base", person, "success")

	must(t, h.box.Merge(theRepo, second, "mira"))
	h.settle()
	h.govern(theRepo, "main", takes)
	h.settle()
	h.grouped("the agent's, taken again", first, "success")
	h.grouped("the person's, merged", person, "success")
	if n := h.count("queued"); n != 1 {
		t.Errorf("got %d rows of open groups, want 1", n)
	}
}

// What GitHub fails to answer once throws nothing out of the queue: the group shows nothing before it is tried again.
func TestMergeGroupPatience(t *testing.T) {
	t.Parallel()
	h := begin(t, databasetest.SQLite(t))
	h.populate()
	h.box.SetHookURL(h.url + "/api/github/hook")
	h.settle()
	h.box.Hold()
	h.open()
	group := h.queue(theNumber)
	h.box.Inject(sandbox.Fault{Kind: sandbox.Status, Path: "/graphql", Times: 2})
	h.box.Release(func(waiting []*sandbox.Delivery) []*sandbox.Delivery {
		return slices.DeleteFunc(waiting, func(d *sandbox.Delivery) bool { return d.Event != "merge_group" })
	})
	h.settle()
	h.grouped("after two failures", group, "success")
	if strings.Contains(h.logged(), `"decision":"unsure"`) {
		t.Error("it was unsure meanwhile")
	}
}
