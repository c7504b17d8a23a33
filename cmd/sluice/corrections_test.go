package main

import (
	"strings"
	"testing"

	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// TestCorrections is the way of a maintainer's word against the machine's, from the comment or the label to the check
// run, the digest and the ledger. Nobody may use Copilot here, so the pull request begins closed.
func TestCorrections(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		h := begin(t, url)
		h.populate()
		_, err := h.box.Commit(theRepo, "main", sandbox.Change{Message: "Policy", Author: h.box.Identity("mira"), Write: map[string]sandbox.File{
			policy.Path: {Text: "version: 1\nmode: enforce\nagents: {deny: [copilot-coding-agent]}\n"},
		}})
		must(t, err)
		for login, role := range map[string]string{"mira": "write", "ben": "maintain", "tom": "triage", "helper[bot]": "write"} {
			must(t, h.box.SetRole(theRepo, login, role))
		}
		h.open()
		h.box.SetHookURL(h.url + "/api/github/hook")
		h.settle()
		steps := []struct {
			why      string
			do       func()
			want     string // the gate's conclusion
			digest   string // in the digest
			unless   string // not in it
			entries  int    // of the kind "correction" that are new
			refusing string // in the last of them
		}{
			{why: "nobody says anything", do: func() {}, want: "failure", unless: "Corrected"},
			{why: "a stranger is refused", do: func() { h.say("eve", "/sluice not-agent") }, want: "failure", unless: "Corrected", entries: 1, refusing: "no write access"},
			{why: "who may only triage is refused", do: func() { h.say("tom", "/sluice not-agent") }, want: "failure", entries: 1, refusing: "no write access"},
			{why: "who the agent works for is refused", do: func() { h.say("mira", "/sluice not-agent") }, want: "failure", entries: 1, refusing: "behind the pull request"},
			{why: "no bot is heard", do: func() { h.say("helper[bot]", "/sluice not-agent") }, want: "failure"},
			{why: "a quote is no command", do: func() { h.say("ben", "> /sluice not-agent") }, want: "failure"},
			{why: "nobody is called so", do: func() { h.say("ben", "/sluice agent copilott") }, want: "failure", entries: 1, refusing: "no agent is named so"},
			{
				why: "a maintainer is heard", do: func() { h.say("ben", "/sluice not-agent because I <b>saw</b> her write it, @eve") },
				want: "success", digest: "says: no agent took part, because I &lt;b&gt;saw&lt;/b&gt; her write it", unless: "@eve", entries: 1,
			},
			{why: "a push changes nothing of that", do: func() { h.push() }, want: "success", digest: "the machine said: written by GitHub Copilot coding agent (conclusive)"},
			{why: "a later command replaces it", do: func() { h.say("ben", "/sluice agent cursor") }, want: "success", digest: "says: written by Cursor", entries: 1},
			{why: "an agent that is denied here", do: func() { h.say("ben", "/sluice agent copilot-coding-agent") }, want: "failure", digest: "Corrected", entries: 1},
			{why: "the label by a stranger", do: func() { h.label("eve", true) }, want: "failure", entries: 1, refusing: "no write access"},
			{why: "taking that away changes nothing", do: func() { h.label("eve", false) }, want: "failure", entries: 1},
			{why: "the label by a maintainer", do: func() { h.label("ben", true) }, want: "success", digest: "no agent took part", entries: 1},
			{why: "the label is taken away: the machine's answer counts again", do: func() { h.label("tom", false) }, want: "failure", unless: "Corrected", entries: 1},
		}
		for _, s := range steps {
			before := h.corrections()
			s.do()
			h.settle()
			if got := h.conclusion(theGate); got != s.want {
				h.Errorf("%s: got %q, want %q", s.why, got, s.want)
			}
			digests := h.digests()
			if len(digests) != 1 || !strings.Contains(digests[0].Body, s.digest) || s.unless != "" && strings.Contains(digests[0].Body, s.unless) {
				h.Errorf("%s: got %d digests, want one with %q, without %q; %v", s.why, len(digests), s.digest, s.unless, digests)
			}
			after := h.corrections()
			if n := len(after) - len(before); n != s.entries || s.refusing != "" && !strings.Contains(after[len(after)-1], s.refusing) {
				h.Errorf("%s: got %d new entries, want %d; %v", s.why, n, s.entries, after[len(before):])
			}
			if t.Failed() {
				t.Fatal(s.why)
			}
		}
		if log := h.logged(); strings.Contains(log, "saw") || strings.Count(log, "command refused") != 5 {
			t.Error("the log has a maintainer's words, or another number of refusals than five")
		}
		h.editedCommands()
	})
}

// editedCommands: what is edited into a comment is its writer's word, and a correction that is deleted stays said.
func (h *house) editedCommands() {
	h.Helper()
	id, err := h.box.Comment(theRepo, theNumber, "ben", "Hm.")
	must(h.T, err)
	must(h.T, h.box.EditComment(id, "tom", "/sluice not-agent"))
	h.settle()
	if got := h.conclusion(theGate); got != "failure" {
		h.Errorf("a comment edited by somebody else: got %q, want failure", got)
	}
	id, err = h.box.Comment(theRepo, theNumber, "ben", "/sluice not-agent")
	must(h.T, err)
	h.settle()
	must(h.T, h.box.DeleteComment(id, "ben"))
	must(h.T, h.box.Assign(theRepo, theNumber, "tom"))
	h.settle()
	if got := h.conclusion(theGate); got != "success" {
		h.Errorf("a deleted comment: got %q, want success", got)
	}
	r, err := h.server.store.Latest(h.Context(), theRepo, theNumber)
	must(h.T, err)
	if r.Decision != gate.Open || r.Attribution.Corrected == nil || len(r.Attribution.Corrected.Was.Agents) != 1 {
		h.Errorf("got %s, corrected %+v; want open, with the machine's own answer", r.Decision, r.Attribution.Corrected)
	}
}

func (h *house) label(login string, set bool) {
	h.Helper()
	must(h.T, h.box.LabelAs(login, theRepo, theNumber, github.NotAgent, set))
}

func (h *house) push() {
	h.Helper()
	_, err := h.box.Push(theRepo, theNumber, sandbox.Change{
		Message: "More", Author: h.box.Identity("Copilot"), Signed: true, Write: map[string]sandbox.File{"src/more_test.go": {Text: "package src\n"}},
	})
	must(h.T, err)
}

// corrections are the ledger's entries of that kind.
func (h *house) corrections() (out []string) {
	h.Helper()
	entries, err := h.server.store.Ledger(h.Context(), 0, 1000)
	must(h.T, err)
	for _, e := range entries {
		if e.Kind == "correction" {
			out = append(out, e.Body)
		}
	}
	return out
}
