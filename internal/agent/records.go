package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

// Records of provenance are read for the tool and the model that they name and for nothing else: they hold people's
// prompts. Whoever can push can write one, so all that they say is self-declared.

const (
	maxRecord   = 4 << 20 // bytes of one record that are read
	maxSessions = 20      // of one record
	maxName     = 80      // bytes of a tool's or a model's name
)

// GitAI reads a note of git-ai's standard (refs/notes/ai, schema authorship/3.x): lines of attestation, "---", and a JSON
// object whose prompts name the agents. Each tool and model is there once. A note that cannot be read is one Session that
// says why; an empty one is none.
func GitAI(note string) []pull.Session {
	const standard = "git-ai"
	if strings.TrimSpace(note) == "" {
		return nil
	}
	unread := func(why string) []pull.Session { return []pull.Session{{Standard: standard, Unread: why}} }
	if len(note) > maxRecord {
		return unread(fmt.Sprintf("longer than %d MiB", maxRecord>>20))
	}
	_, form, found := strings.Cut("\n"+note, "\n---\n")
	if !found {
		return unread("without its divider")
	}
	var log struct {
		Schema  string `json:"schema_version"`
		Prompts map[string]struct {
			Agent struct {
				Tool  string `json:"tool"`
				Model string `json:"model"`
			} `json:"agent_id"`
		} `json:"prompts"`
	}
	if err := json.Unmarshal([]byte(form), &log); err != nil {
		return unread("not the JSON of an authorship log")
	}
	if !strings.HasPrefix(log.Schema, "authorship/3.") {
		return unread("of another schema than authorship/3")
	}
	var sessions []pull.Session
	for _, p := range log.Prompts {
		s := pull.Session{Standard: standard, Tool: named(p.Agent.Tool), Model: named(p.Agent.Model)}
		if s.Tool+s.Model != "" {
			sessions = append(sessions, s)
		}
	}
	return eachOnce(sessions)
}

// traces reads Agent Trace records, one JSON object after the other.
func traces(text string) []pull.Session {
	const standard = "Agent Trace"
	var sessions []pull.Session
	dec := json.NewDecoder(strings.NewReader(text[:min(len(text), maxRecord)]))
	for range maxSessions {
		var record struct {
			Version string `json:"version"`
			Tool    struct {
				Name string `json:"name"`
			} `json:"tool"`
			Files []struct {
				Conversations []struct {
					Contributor struct {
						Type  string `json:"type"`
						Model string `json:"model_id"`
					} `json:"contributor"`
				} `json:"conversations"`
			} `json:"files"`
		}
		if err := dec.Decode(&record); errors.Is(err, io.EOF) {
			break
		} else if err != nil || record.Version == "" || record.Files == nil {
			sessions = append(sessions, pull.Session{Standard: standard, Unread: "not a record of its form"})
			break
		}
		for _, f := range record.Files {
			for _, c := range f.Conversations {
				if c.Contributor.Type != "human" {
					sessions = append(sessions, pull.Session{Standard: standard, Tool: named(record.Tool.Name), Model: named(c.Contributor.Model)})
				}
			}
		}
	}
	return eachOnce(sessions)
}

// traceOf is what a changed file adds of Agent Trace records: all of a new one, the added lines of a list of records.
func traceOf(f *pull.File) string {
	if f.Patch == "" || f.Status != pull.Added && !strings.HasSuffix(f.Path, ".jsonl") {
		return ""
	}
	hunks, err := f.Hunks()
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, h := range hunks {
		for _, l := range h.Lines {
			if l.Op == pull.Add {
				b.WriteString(l.Text)
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// session is one in words: "claude, claude-opus-4-5 (git-ai)".
func session(s *pull.Session) string {
	if s.Unread != "" {
		return fmt.Sprintf("a record of %s that is %s", s.Standard, s.Unread)
	}
	var names []string
	for _, name := range []string{s.Tool, s.Model} {
		if name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return s.Standard + " record"
	}
	return fmt.Sprintf("%s (%s)", strings.Join(names, ", "), s.Standard)
}

// named is a name as it is kept: on one line, and not long.
func named(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " ")
	if len(s) > maxName {
		s = strings.ToValidUTF8(s[:maxName], "") + "…"
	}
	return s
}

// eachOnce orders sessions and bounds them.
func eachOnce(sessions []pull.Session) []pull.Session {
	slices.SortFunc(sessions, func(a, b pull.Session) int {
		return strings.Compare(a.Tool+"\x00"+a.Model+"\x00"+a.Unread, b.Tool+"\x00"+b.Model+"\x00"+b.Unread)
	})
	sessions = slices.Compact(sessions)
	return sessions[:min(len(sessions), maxSessions)]
}
