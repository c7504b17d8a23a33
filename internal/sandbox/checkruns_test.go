package sandbox

import (
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"
)

// What GitHub refuses of a check run, and the near misses that it takes.
func TestCheckRunLimits(t *testing.T) {
	s := begin(t, Options{Description: "none"})
	token := bearer(t, s, "acme")
	head := s.Head("acme/api", 12)
	run := func(more obj) obj {
		o := obj{"name": "x", "head_sha": head}
		for k, v := range more {
			o[k] = v
		}
		return o
	}
	notes := func(n int) []obj {
		var out []obj
		for range n {
			out = append(out, obj{"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"})
		}
		return out
	}
	output := func(title, summary string, n int) obj {
		return obj{"output": obj{"title": title, "summary": summary, "annotations": notes(n)}}
	}
	for _, c := range []struct {
		why  string
		body obj
		want int
	}{
		{"queued", run(nil), 201},
		{"completed without a conclusion", run(obj{"status": "completed"}), 422},
		{"a conclusion completes", run(obj{"conclusion": "neutral"}), 201},
		{"GitHub alone says stale", run(obj{"conclusion": "stale"}), 422},
		{"a commit that is not there", obj{"name": "x", "head_sha": strings.Repeat("a", 40)}, 422},
		{"no name", obj{"head_sha": head}, 422},
		{"a title of 255", run(output(strings.Repeat("é", 255), "s", 0)), 201},
		{"a title of 256", run(output(strings.Repeat("é", 256), "s", 0)), 422},
		{"a summary of 65,535", run(output("t", strings.Repeat("s", 65_535), 0)), 201},
		{"a summary of 65,536", run(output("t", strings.Repeat("s", 65_536), 0)), 422},
		{"50 annotations", run(output("t", "s", 50)), 201},
		{"51 annotations", run(output("t", "s", 51)), 422},
		{"an output without a title", run(obj{"output": obj{"summary": "s"}}), 422},
		{"three actions", run(obj{"actions": []obj{action3("a"), action3("b"), action3("c")}}), 201},
		{"four actions", run(obj{"actions": []obj{action3("a"), action3("b"), action3("c"), action3("d")}}), 422},
		{"a label of 21", run(obj{"actions": []obj{action3(strings.Repeat("l", 21))}}), 422},
	} {
		if got, answer := ask(t, s, token, "POST", "/repos/acme/api/check-runs", c.body); got != c.want {
			t.Errorf("%s: got %d %v, want %d", c.why, got, answer, c.want)
		}
	}
	if got, _ := ask(t, s, s.UserToken("mira"), "POST", "/repos/acme/api/check-runs", run(nil)); got != 403 {
		t.Errorf("a person made a check run: %d", got)
	}
}

func action3(label string) obj { return obj{"label": label, "description": "d", "identifier": "i"} }

// Annotations grow with each request; of two runs with one name the newest counts; another App's run is not ours to change.
func TestCheckRunsOfOneName(t *testing.T) {
	s := begin(t, Options{})
	c, ctx := client(t, s, "acme"), t.Context()
	head := s.Head("acme/api", 12)
	note := []*github.CheckRunAnnotation{{
		Path: github.String("a"), StartLine: github.Int(1), EndLine: github.Int(1), AnnotationLevel: github.String("notice"), Message: github.String("m"),
	}}
	out := &github.CheckRunOutput{Title: github.String("t"), Summary: github.String("s"), Annotations: note}
	first, _, err := c.Checks.CreateCheckRun(ctx, "acme", "api", github.CreateCheckRunOptions{Name: "sluice: main", HeadSHA: head, Output: out})
	must(t, err)
	for range 2 {
		_, _, err = c.Checks.UpdateCheckRun(ctx, "acme", "api", first.GetID(), github.UpdateCheckRunOptions{Name: "sluice: main", Output: out})
		must(t, err)
	}
	notes, _, err := c.Checks.ListCheckRunAnnotations(ctx, "acme", "api", first.GetID(), nil)
	must(t, err)
	if len(notes) != 3 {
		t.Errorf("got %d annotations, want 3", len(notes))
	}
	second, _, err := c.Checks.CreateCheckRun(ctx, "acme", "api",
		github.CreateCheckRunOptions{Name: "sluice: main", HeadSHA: head, Conclusion: github.String("failure")})
	must(t, err)
	must(t, s.ForeignRun("acme/api", head, "other-app", "sluice: main", "success"))
	latest, _, err := c.Checks.ListCheckRunsForRef(ctx, "acme", "api", head, &github.ListCheckRunsOptions{AppID: github.Int64(s.AppID())})
	must(t, err)
	if latest.GetTotal() != 1 || latest.CheckRuns[0].GetID() != second.GetID() {
		t.Errorf("got %v, want the second run alone", latest.CheckRuns)
	}
	all := s.CheckRuns("acme/api", head)
	if len(all) != 3 || all[0].App != "other-app" {
		t.Fatalf("got %+v, want three runs, the other App's first", all)
	}
	_, resp, err := c.Checks.UpdateCheckRun(ctx, "acme", "api", all[0].ID, github.UpdateCheckRunOptions{Name: "mine", Conclusion: github.String("failure")})
	if err == nil || resp.StatusCode != 403 {
		t.Errorf("got %v, want another App's run refused", err)
	}
	noDepartures(t, s)
}
