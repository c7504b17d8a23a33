package sandbox

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// busy is a sandbox in which one thing of every kind has happened, and the deliveries of them.
func busy(t *testing.T) []Delivery {
	t.Helper()
	s := begin(t, Options{})
	const repo = "acme/api"
	must(t, s.Announce("acme"))
	must(t, s.Edit(repo, 12, "Raise the limit to 20", "Fixes #7\n\nMore words."))
	must(t, s.AddBranch(repo, "release", "main"))
	must(t, s.Retarget(repo, 12, "release"))
	must(t, s.Retarget(repo, 12, "main"))
	must(t, s.Label(repo, 12, "risky"))
	must(t, s.Unlabel(repo, 12, "risky"))
	must(t, s.Assign(repo, 12, "Copilot"))
	must(t, s.SetDraft(repo, 12, true))
	must(t, s.SetDraft(repo, 12, false))
	must(t, s.Abandon(repo, 12))
	must(t, s.Reopen(repo, 12))
	_, err := s.Push(repo, 12, Change{Message: "More", Author: s.Identity("Copilot"), Write: map[string]File{"more.go": {Text: "package src\n"}}})
	must(t, err)
	id, err := s.Comment(repo, 12, "mira", "/sluice check")
	must(t, err)
	must(t, s.EditComment(id, "mira", "/sluice check again"))
	must(t, s.DeleteComment(id, "mira"))
	must(t, s.Review(repo, 12, "mira", "approved", "Good."))
	must(t, s.EditIssue(repo, 7, "", "Ten is not enough for the import."))
	_, run := ask(t, s, bearer(t, s, "acme"), "POST", "/repos/acme/api/check-runs",
		obj{"name": "sluice: main", "head_sha": s.Head(repo, 12), "conclusion": "success"})
	must(t, s.Rerequest(int64(run.(obj)["id"].(float64)), "mira"))
	must(t, s.Press(int64(run.(obj)["id"].(float64)), "mira", "waive"))
	must(t, s.RerequestSuite(repo, s.Head(repo, 12), "mira"))
	head, err := s.QueueMerge(repo, 12)
	must(t, err)
	must(t, s.DropGroup(repo, head, "merged"))
	must(t, s.Merge(repo, 12, "mira"))
	must(t, s.AnnounceRepo(repo))
	must(t, s.Suspend("acme"))
	must(t, s.Uninstall("acme"))
	return s.Deliveries()
}

func TestEachActSendsItsDelivery(t *testing.T) {
	var got []string
	for _, d := range busy(t) {
		got = append(got, strings.TrimSuffix(d.Event+"."+d.Action, "."))
	}
	for _, want := range []string{
		"pull_request.opened", "installation.created", "pull_request.edited", "pull_request.labeled", "pull_request.unlabeled", "pull_request.assigned",
		"pull_request.converted_to_draft", "pull_request.ready_for_review", "pull_request.closed", "pull_request.reopened", "push",
		"pull_request.synchronize", "issue_comment.created", "issue_comment.edited", "issue_comment.deleted", "pull_request_review.submitted",
		"issues.edited", "check_suite.requested", "check_run.created", "check_run.rerequested", "check_run.requested_action", "check_suite.rerequested",
		"merge_group.checks_requested", "merge_group.destroyed", "issues.closed", "installation.suspend", "installation.deleted", "installation_repositories.added",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s among %v", want, got)
		}
	}
}

// The old base stands in the payload of a retargeted pull request: what was said for it is void.
func TestRetargetSaysTheOldBase(t *testing.T) {
	for _, d := range busy(t) {
		var payload obj
		must(t, json.Unmarshal(d.Payload, &payload))
		if from := pick(payload, "changes.base.ref.from"); from != nil {
			if from != "main" || pick(payload, "pull_request.base.ref") != "release" {
				t.Errorf("from %v to %v", from, pick(payload, "pull_request.base.ref"))
			}
			return
		}
	}
	t.Error("no payload says the old base")
}

// What GitHub's own examples of an event all have, ours has, too, with a value of the same kind.
func TestPayloadsHaveTheShapeOfRealOnes(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "data", "webhooks")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no examples of real payloads here")
	}
	seen := map[string]bool{}
	for _, d := range busy(t) {
		name := d.Event + "." + orElse(d.Action, "event")
		files, err := filepath.Glob(filepath.Join(folder, name+".*.json"))
		must(t, err)
		if len(files) == 0 || seen[name] {
			continue
		}
		seen[name] = true
		var ours any
		must(t, json.Unmarshal(d.Payload, &ours))
		var shapes []map[string]string
		for _, file := range files {
			data, err := os.ReadFile(file)
			must(t, err)
			var theirs any
			must(t, json.Unmarshal(data, &theirs))
			shapes = append(shapes, shape(theirs, "", map[string]string{}))
		}
		got := shape(ours, "", map[string]string{})
		for path, kind := range shapes[0] {
			common := !slices.ContainsFunc(shapes, func(s map[string]string) bool { return s[path] == "" })
			if !common || excused(path) {
				continue
			}
			if got[path] == "" {
				t.Errorf("%s: no %s", name, path)
			} else if kind != "null" && got[path] != "null" && kind != got[path] {
				t.Errorf("%s: %s is %s, GitHub's is %s", name, path, got[path], kind)
			}
		}
	}
}

// excused are parts that depend on what happened to stand in the example, and those that GitHub has since dropped.
func excused(path string) bool {
	return strings.Contains(path, ".permissions.") || strings.Contains(path, "[]") || strings.HasSuffix(path, ".performed_via_github_app") ||
		strings.Contains(path, ".license.") || strings.Contains(path, ".milestone.") || strings.Contains(path, ".assignee.") ||
		strings.Contains(path, "check_run.check_suite.app.")
}

// shape lists the places of a JSON value with the kind of what stands there.
func shape(v any, at string, into map[string]string) map[string]string {
	kind := "null"
	switch v := v.(type) {
	case obj:
		kind = "object"
		for key, below := range v {
			shape(below, at+"."+key, into)
		}
	case []any:
		kind = "list"
		if len(v) > 0 {
			shape(v[0], at+"[]", into)
		}
	case string:
		kind = "text"
	case float64:
		kind = "number"
	case bool:
		kind = "bool"
	}
	into[at] = kind
	return into
}

// The queue is a queue: what was held back goes out in the order that Release gives it.
func TestHeldDeliveriesGoOutInAnotherOrder(t *testing.T) {
	s := begin(t, Options{})
	got := make(chan string, 10)
	server := receiver(t, s, func(event, _ string) int {
		got <- event
		return 202
	})
	s.Hold()
	_, err := s.Comment("acme/api", 7, "mira", "one")
	must(t, err)
	must(t, s.Label("acme/api", 12, "two"))
	s.SetHookURL(server)
	s.Release(func(list []*Delivery) []*Delivery {
		slices.Reverse(list)
		return append(list, list[0])
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	must(t, s.Settle(ctx))
	close(got)
	var order []string
	for event := range got {
		order = append(order, event)
	}
	want := []string{"pull_request", "issue_comment", "pull_request", "check_suite", "push", "pull_request"}
	if !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
}
