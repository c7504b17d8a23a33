package sandbox

import (
	"strings"
	"testing"
	"testing/fstest"
)

const smallest = `Why it exists.
-- pull.yml --
repo: acme/small
number: 2
title: Small
author: mira
branch: small
-- base/a --
a
-- head/b --
b
-- want.yml --
decision: open
conclusion: success
`

// A sample's file says what is wrong with it, by its name and part.
func TestScenarioMistakes(t *testing.T) {
	for _, c := range []struct{ why, old, fresh, want string }{
		{"no reason", "Why it exists.\n", "", "why it exists"},
		{"a part of no kind", "-- head/b --", "-- tail/b --", "tail/b"},
		{"a misspelt field", "branch: small", "brunch: small", "brunch"},
		{"nothing wanted", "decision: open\n", "", "decision"},
		{"no number", "number: 2\n", "", "number"},
	} {
		text := strings.Replace(smallest, c.old, c.fresh, 1)
		s := New(Options{})
		t.Cleanup(func() { _ = s.Close() })
		err := s.LoadSamples(fstest.MapFS{"small.txtar": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "small") {
			t.Errorf("%s: got %v, want %q named", c.why, err, c.want)
		}
	}
}

// Two samples share a repository where they agree on it, and not where they don't.
func TestSamplesShareARepository(t *testing.T) {
	other := strings.NewReplacer("number: 2", "number: 3", "branch: small", "branch: other").Replace(smallest)
	s := New(Options{})
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.LoadSamples(fstest.MapFS{"one.txtar": {Data: []byte(smallest)}, "two.txtar": {Data: []byte(other)}}))
	must(t, s.OpenSamples())

	s = New(Options{})
	t.Cleanup(func() { _ = s.Close() })
	clash := strings.Replace(other, "-- base/a --\na", "-- base/a --\nsomething else", 1)
	if err := s.LoadSamples(fstest.MapFS{"one.txtar": {Data: []byte(smallest)}, "two.txtar": {Data: []byte(clash)}}); err == nil {
		t.Error("two samples that disagree were taken")
	}
}

// Commits take the files that their globs name, the last one takes the rest.
func TestFilesAreSharedOverTheCommits(t *testing.T) {
	files := map[string]File{"src/a.go": {}, "src/b/c.go": {}, "docs/d.md": {}}
	got := share([]commitFile{{Files: []string{"src/**"}}, {}}, files)
	if len(got[0]) != 2 || len(got[1]) != 1 {
		t.Errorf("got %v", got)
	}
}

const signed = `People may sign, and a sample says who they are and what they looked at.
-- pull.yml --
repo: acme/signed
number: 2
title: Small
author: Copilot
branch: small
teams: {core: [mira, ana], empty: []}
roles: {mira: maintain, eve: read}
properties: {tier: one, areas: [api, billing]}
ask_teams: [core]
commits: [{message: One, author: Copilot, files: [b]}, {message: Two, author: Copilot}]
reviews: [{by: mira, state: approved, commit: 1}, {by: eve, state: changes_requested, body: No.}]
then: [{push: {message: Three, author: Copilot, write: {d: "d\n"}}}, {review: {by: ana, state: approved, commit: 3}}]
-- head/b --
b
-- head/c --
c
-- want.yml --
decision: open
conclusion: success
`

func TestSamplesSayWhoMaySign(t *testing.T) {
	s := begin(t, Options{})
	must(t, s.LoadSamples(fstest.MapFS{"signed.txtar": {Data: []byte(signed)}}))
	must(t, s.OpenSamples())
	got := query(t, s, bearer(t, s, "acme"), `{
		organization(login: "acme") { team(slug: "core") { members(first: 5) { nodes { login } } } none: team(slug: "none") { slug } }
		repository(owner: "acme", name: "signed") { pullRequest(number: 2) {
			headRefOid
			commits(first: 5) { nodes { commit { oid } } }
			reviewRequests(first: 5) { nodes { requestedReviewer { ... on Team { combinedSlug } } } }
			reviews(first: 5) { nodes { author { login } state commit { oid } authorCanPushToRepository } }
		} }
	}`, nil)
	if got["errors"] != nil {
		t.Fatal(got["errors"])
	}
	const pr = "data.repository.pullRequest."
	commit := func(i string) any { return pick(got, pr+"commits.nodes."+i+".commit.oid") }
	for path, want := range map[string]any{
		"data.organization.team.members.nodes.1.login": "ana", "data.organization.none": nil,
		pr + "reviewRequests.nodes.0.requestedReviewer.combinedSlug": "acme/core",
		pr + "reviews.nodes.0.commit.oid":                            commit("0"), pr + "reviews.nodes.0.authorCanPushToRepository": true,
		pr + "reviews.nodes.1.commit.oid": commit("1"), pr + "reviews.nodes.1.authorCanPushToRepository": false, pr + "reviews.nodes.1.state": "CHANGES_REQUESTED",
		pr + "reviews.nodes.2.commit.oid": commit("2"), pr + "reviews.nodes.2.author.login": "ana", pr + "headRefOid": commit("2"),
	} {
		if pick(got, path) != want {
			t.Errorf("%s: got %v, want %v", path, pick(got, path), want)
		}
	}
	status, values := ask(t, s, bearer(t, s, "acme"), "GET", "/repos/acme/signed/properties/values", nil)
	if status != 200 || pick(values, "0.property_name") != "areas" || pick(values, "1.value") != "one" {
		t.Errorf("properties: got %d %v", status, values)
	}
	if d := s.Departures(); len(d) > 0 {
		t.Error(d)
	}
}
