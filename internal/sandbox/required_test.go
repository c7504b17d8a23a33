package sandbox

import "testing"

// A required check that never reports blocks everybody; the newest run of that name decides; another App's does not.
func TestRequiredChecks(t *testing.T) {
	s := begin(t, Options{})
	token := bearer(t, s, "acme")
	must(t, s.Require("acme/api", "sluice: main"))
	head := s.Head("acme/api", 12)
	run := func(conclusion string) {
		body := obj{"name": "sluice: main", "head_sha": head}
		if conclusion != "" {
			body["conclusion"] = conclusion
		}
		if status, answer := ask(t, s, token, "POST", "/repos/acme/api/check-runs", body); status != 201 {
			t.Fatal(answer)
		}
	}
	expect := func(why string, blocked bool) {
		t.Helper()
		if got := s.Blocked("acme/api", 12); (got != "") != blocked {
			t.Errorf("%s: blocked by %q", why, got)
		}
	}
	expect("nothing was reported", true)
	must(t, s.ForeignRun("acme/api", head, "other-app", "sluice: main", "success"))
	expect("another App reported", true)
	run("success")
	expect("it passed", false)
	run("")
	expect("it runs again", true)
	run("action_required")
	expect("a person must act", true)
	if err := s.Merge("acme/api", 12, "mira"); err == nil {
		t.Error("it was merged all the same")
	}
	run("neutral")
	expect("it only observes", false)
	if status, answer := ask(t, s, token, "GET", "/repos/acme/api/rules/branches/main", nil); status != 200 || len(answer.([]any)) != 1 {
		t.Errorf("got %d %v, want one rule", status, answer)
	}
	_, err := s.Push("acme/api", 12, Change{Message: "More", Author: s.Identity("mira"), Write: map[string]File{"more": {Text: "more\n"}}})
	must(t, err)
	expect("a new head has no verdict", true)
	noDepartures(t, s)
}
