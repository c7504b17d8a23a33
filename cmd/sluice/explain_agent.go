package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
)

// explainAgents shows the signs of one fingerprint, or of all that belong to a family.
func explainAgents(out io.Writer, name string, found []*agent.Fingerprint) error {
	w := &lines{out: out}
	if len(found) > 1 {
		w.line("%s is a family: a policy that names it means all of these.", name)
		w.line("")
	}
	for i, f := range found {
		if i > 0 {
			w.line("")
		}
		explainAgent(w, f)
	}
	return w.err
}

func explainAgent(w *lines, f *agent.Fingerprint) {
	w.line("# %s: %s", f.Slug, f.Name)
	w.line("")
	switch f.Class {
	case agent.Bot:
		w.line("An ordinary bot: the gate lets it be.")
	case agent.Reviewer:
		w.line("A reviewer: it touches others' pull requests, so it is shown and never counted.")
	default:
		w.line("A coding agent of the family %s.", f.Family)
	}
	if len(f.Absorbs) > 0 {
		w.line("Signs of %s are its own where both are found.", strings.Join(f.Absorbs, ", "))
	}
	for _, group := range signs(f) {
		if len(group.rows) == 0 {
			continue
		}
		w.line("")
		w.line("%s", group.heading)
		for _, row := range group.rows {
			w.line("  %-10s  %s", row.Strength, row.what)
			w.line("              %s", provenance(&row.Sign))
		}
	}
}

// provenance says where a sign is known from, since when it is seen, and how easily it is forged.
func provenance(s *agent.Sign) string {
	words := "source: " + s.Source
	if s.Since != "" {
		words += "; since " + s.Since
	}
	return words + "; " + forging(s.Forged)
}

func forging(f agent.Forged) string {
	switch f {
	case agent.Unforgeable:
		return "GitHub vouches for it"
	case agent.Removable:
		return "anybody can write it, and a setting leaves it out"
	}
	return "anybody can write it"
}

type signRow struct {
	agent.Sign
	what string
}

type signGroup struct {
	heading string
	rows    []signRow
}

// signs are a fingerprint's signs by where they are looked for.
func signs(f *agent.Fingerprint) []signGroup {
	account, identity, trailer, label := signGroup{heading: "Accounts"}, signGroup{heading: "Author and committer lines"}, signGroup{heading: "Trailers of commits"}, signGroup{heading: "Labels"}
	for i := range f.Accounts {
		a := &f.Accounts[i]
		what := a.Login
		if a.ID != 0 {
			what = fmt.Sprintf("%s (id %d)", what, a.ID)
		}
		account.add(a.Sign, strings.TrimSpace(what+" "+role(a.Role)))
	}
	for i := range f.Commits {
		c := &f.Commits[i]
		identity.add(c.Sign, strings.Join(nonEmpty(c.Email, pattern("address", c.Match), pattern("name", c.Name)), ", "))
	}
	for i := range f.Trailers {
		t := &f.Trailers[i]
		trailer.add(t.Sign, t.Key+": "+strings.Join(nonEmpty(t.Email, pattern("", t.Value)), ", "))
	}
	for i := range f.Labels {
		label.add(f.Labels[i].Sign, f.Labels[i].Name)
	}
	return []signGroup{
		account, identity, trailer,
		patterns("Lines of commits' messages", f.Messages), patterns("Lines of the description", f.Body), patterns("Head branches", f.Branches),
		label,
	}
}

func (g *signGroup) add(s agent.Sign, what string) { g.rows = append(g.rows, signRow{s, what}) }

func patterns(heading string, of []agent.Pattern) signGroup {
	g := signGroup{heading: heading}
	for i := range of {
		what := pattern("", of[i].Line)
		if of[i].Hidden {
			what += " in a hidden comment"
		}
		g.add(of[i].Sign, what)
	}
	return g
}

func role(r agent.Role) string {
	switch r {
	case agent.Opener:
		return "opened it"
	case agent.Author:
		return "wrote a commit"
	}
	return ""
}

func pattern(what string, r agent.Regexp) string {
	if r.Regexp == nil {
		return ""
	}
	return strings.TrimSpace(what + " /" + r.String() + "/")
}

func nonEmpty(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}
