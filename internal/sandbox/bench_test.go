package sandbox

import (
	"fmt"
	"testing"
)

// What one call and one delivery of the sandbox itself cost, beside 3,000 open pull requests in the repository: the
// product's own figures hold this.
func BenchmarkSandbox(b *testing.B) {
	s := New(Options{Keep: 100, RateLimit: 1 << 30})
	if err := s.AddRepo(Repo{Name: "acme/api", Files: map[string]File{"README.md": {Text: "# API\n"}}}); err != nil {
		b.Fatal(err)
	}
	open := func(n int) {
		_, err := s.Open(Pull{
			Repo: "acme/api", Title: "Change", Body: "Words", Author: "Copilot", Head: fmt.Sprintf("copilot/fix-%d", n),
			Commits: []Change{{Message: "Change", Author: s.Identity("Copilot"), Write: map[string]File{fmt.Sprintf("f%d.go", n): {Text: "package api\n"}}}},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for n := range 3000 {
		open(n)
	}
	p := s.repos["acme/api"].pulls[100]
	e := &execution{s: s, c: &call{token: &token{person: s.account("mira")}}}
	b.Run("open", func(b *testing.B) {
		for n := range b.N {
			open(1_000_000*b.N + n)
		}
	})
	b.Run("pull", func(b *testing.B) {
		for range b.N {
			encode(ok(s.pullShape(p)))
		}
	})
	b.Run("check run", func(b *testing.B) {
		for n := range b.N {
			s.mu.Lock()
			if _, rep := s.makeRun(p.repo, "sluice", &runFields{Name: fmt.Sprint(n), HeadSHA: p.head}); rep != nil {
				b.Fatal(rep.body)
			}
			s.mu.Unlock()
		}
	})
	b.Run("graphql", func(b *testing.B) {
		for range b.N {
			e.c.body = []byte(`{"query": "{ repository(owner: \"acme\", name: \"api\") { pullRequest(number: 100) { title commits(first: 10) { nodes { commit { oid message } } } } } }"}`)
			encode(s.execute(e.c))
		}
	})
}
