package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestCriteria(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"a task list", "- [ ] one thing\n- [x] another thing", "one thing|x another thing"},
		{"tasks without a heading among words", "Please do it.\n\n- [ ] one thing\n\nThanks.", "one thing"},
		{"a bulleted list below the heading", "## Acceptance criteria\n\n- one thing\n- another thing\n\n## Notes\n- not this", "one thing|another thing"},
		{"a numbered list", "### Definition of Done:\n1. one thing\n2) another thing", "one thing|another thing"},
		{"a line in bold", "**Acceptance Criteria**\n\n- one thing\n\n**Notes**\n\n- not this", "one thing"},
		{"a lead-in", "Requirements:\n- one thing\n\nWe saw this:\n- not this", "one thing"},
		{"a short name", "## AC\n* one thing", "one thing"},
		{"it is done when", "## It is done when\n- one thing happens", "one thing happens"},
		{"below a part of the section", "## Acceptance criteria\n\n### API\n\n- one thing\n\n### UI\n\n- another thing\n\n## Other\n- no", "one thing|another thing"},
		{"nested items belong to theirs", "## Acceptance criteria\n\n- one thing\n  - a part of it\n- another thing", "one thing|another thing"},
		{"nested boxes are their own", "- [ ] one thing\n  - [ ] a part of it", "one thing|a part of it"},
		{"labels of its own", "## Requirements\n\n- AC1: one thing\n- **R-2** another thing", "AC1 AC1: one thing|R-2 R-2 another thing"},
		{"no labels", "## Requirements\n\n- HTTP 200 is returned\n- S3 uploads work", "HTTP 200 is returned|S3 uploads work"},
		{"a scenario", "Scenario: Retry an upload\n  Given a broken store\n  When I upload\n  Then it is tried again", "Retry an upload"},
		{"scenarios in a fence", "```gherkin\nFeature: uploads\n\n  Scenario: Retry\n    Given a\n    When b\n    Then c\n\n  Scenario: Give up\n    Given d\n    Then e\n```", "Retry|Give up"},
		{"steps without a heading", "Given a broken store\nWhen I upload\nThen it is tried again\n\nGiven a full disk\nWhen I upload\nThen it fails", "Given a broken store When I upload Then it is tried again|Given a full disk When I upload Then it fails"},
		{"steps as items in bold", "- **Given** a broken store\n- **When** I upload\n- **Then** it is tried again", "Given a broken store When I upload Then it is tried again"},
		{"names", "## AC\n- `Retry` is in internal/client/retry.go", "Retry is in internal/client/retry.go [Retry internal/client/retry.go]"},
		// Near misses.
		{"a list elsewhere", "## Background\n\n- not this\n- nor this", ""},
		{"words about criteria", "The acceptance criteria are unclear.\n\n- not this", ""},
		{"an assurance", "- [x] I have searched the issues\n- [ ] I agree to follow the rules", ""},
		{"an issue form's boxes", "### Code of Conduct\n\n- [x] Yes, that is fine\n- [ ] Follow it", ""},
		{"a given without an end", "Given a store that breaks, what now?\n\nWhen it rains, it pours.", ""},
		{"a sentence that begins like a step", "Then it broke.\nAnd again.", ""},
		{"a quote", "> - [ ] one thing", ""},
		{"code", "```\n- [ ] one thing\n```", ""},
		{"a comment", "<!--\n- [ ] one thing\n-->", ""},
		{"a placeholder", "## Acceptance criteria\n\n- [ ] TBD\n- N/A", ""},
		{"out of scope", "## Out of scope\n\n- [ ] one thing", ""},
	}
	for _, c := range cases {
		found, _ := criteriaOf(markdown.Parse(c.body))
		var all []string
		for _, f := range found {
			s := f.text
			if f.label != "" {
				s = f.label + " " + s
			}
			if f.ticked {
				s = "x " + s
			}
			if len(f.names) > 0 {
				s += fmt.Sprint(" ", f.names)
			}
			all = append(all, s)
		}
		if diff := cmp.Diff(strings.Join(all, "|"), c.want); diff != "" {
			t.Errorf("%s (-got +want)\n%s", c.name, diff)
		}
	}
}

func TestProgress(t *testing.T) {
	spec := "## Acceptance criteria\n\n- [ ] An upload that fails with a 5xx is tried again\n- [ ] After three attempts the upload fails\n- [ ] `max_attempts` can be configured\n- [ ] docs/uploads.md tells of it\n"
	const none = "unmentioned unmentioned unmentioned unmentioned"
	cases := []struct {
		name, body, want string
		files            []pull.File
	}{
		{"nothing said", "Makes uploads better.", none, nil},
		{"by number", "AC1 is done by a loop. Criterion 3: an option.", "claimed unmentioned claimed unmentioned", nil},
		{"several numbers", "Covers acceptance criteria 1, 2 and 4.", "claimed claimed unmentioned claimed", nil},
		{"a range", "Covers AC1-3.", "claimed claimed claimed unmentioned", nil},
		{"in its own words", "Each upload that failed with a 5xx is now tried again.", "claimed unmentioned unmentioned unmentioned", nil},
		{"quoted", "- \"After three attempts the upload fails\": see the test", "unmentioned claimed unmentioned unmentioned", nil},
		{"a box that was ticked", "- [x] After three attempts the upload fails", "unmentioned done unmentioned unmentioned", nil},
		{"a ticked box with its number", "- [x] AC3\n- [x] criterion 1: a loop", "done unmentioned done unmentioned", nil},
		{"a ticked box in other words", "- [x] Uploads that failed with a 5xx are tried again", "done unmentioned unmentioned unmentioned", nil},
		{"a box that is open", "- [ ] After three attempts the upload fails", "unmentioned left unmentioned unmentioned", nil},
		{"left out", "AC2 is left for a follow-up.", "unmentioned left unmentioned unmentioned", nil},
		{"below such a heading", "## Not included\n\n- AC2", "unmentioned left unmentioned unmentioned", nil},
		{"in the diff", "Better.", "unmentioned unmentioned done done", []pull.File{
			{Path: "a.py", Patch: "@@ -1 +1,2 @@\n a\n+max_attempts = 3"}, {Path: "docs/uploads.md"},
		}},
		{"a name in an unchanged line", "Better.", none, []pull.File{{Path: "a.py", Patch: "@@ -1 +1,2 @@\n max_attempts = 3\n+b"}}},
		{"a longer name", "Better.", none, []pull.File{{Path: "a.py", Patch: "@@ -1 +1,2 @@\n a\n+max_attempts_total = 3"}}},
		{"a number of something else", "Fixes #2 in 3 steps, see RFC 4.", none, nil},
		{"one shared word", "The upload is nicer now.", none, nil},
		{"quoted from elsewhere", "> AC1, AC2, AC3, AC4", none, nil},
	}
	for _, c := range cases {
		r := &pull.Request{Title: "Add a thing", Body: c.body, Files: c.files}
		found, _ := criteriaOf(markdown.Parse(spec))
		f := newFollower(r, read(r), found)
		var all []string
		for i := range found {
			all = append(all, [...]string{"unmentioned", "left", "claimed", "done"}[f.progress(&found[i])])
		}
		if diff := cmp.Diff(strings.Join(all, " "), c.want); diff != "" {
			t.Errorf("%s (-got +want)\n%s", c.name, diff)
		}
	}
}

func FuzzCriteria(f *testing.F) {
	f.Add("## AC\n- [ ] `a` b\n  - c\n```\nScenario: x\nGiven y\nThen z\n```", "AC1-3, criterion 2\n- [x] `a` b")
	f.Add("Given a\nThen b\nGiven c\nThen d", "AC999-1")
	f.Fuzz(func(t *testing.T, spec, body string) {
		found, _ := criteriaOf(markdown.Parse(spec))
		if len(found) > maxCriteria {
			t.Fatalf("%d criteria", len(found))
		}
		r := &pull.Request{Body: body}
		follow := newFollower(r, read(r), found)
		for i := range found {
			if len(found[i].text) > maxCriterionText+8 {
				t.Errorf("%d bytes of text", len(found[i].text))
			}
			follow.progress(&found[i])
		}
	})
}
