package github

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Memory keeps what the publisher has put on GitHub, so that each outward act is done once. A value is small, and what
// was remembered must outlive the process.
type Memory interface {
	// RecallAll returns what is remembered under keys, by key. A key under which there is nothing is left out.
	RecallAll(ctx context.Context, keys []string) (map[string][]byte, error)
	// RememberAll puts each value in the place of what was remembered under its key: all of them, or none where it
	// answers an error.
	RememberAll(ctx context.Context, values map[string][]byte) error
}

// trace is what is remembered of one thing on GitHub.
type trace struct {
	// Node is GraphQL's id. Empty in a trace that was remembered means that the thing was about to be made: whether it was,
	// only GitHub knows.
	Node    string    `json:"node,omitempty"`
	Content string    `json:"content,omitempty"` // digest of what it shows
	Sent    []string  `json:"sent,omitempty"`    // digests of its annotations, which can be added but not taken back
	Sending []string  `json:"sending,omitempty"` // of annotations that were about to be added
	At      time.Time `json:"at,omitzero"`       // when it was last written
}

func runKey(repo, sha, name string) string { return "run " + repo + " " + sha + " " + name }

func commentKey(repo string, number int) string { return fmt.Sprintf("comment %s#%d", repo, number) }

func groupKey(repo, sha string) string { return "shown group " + repo + "@" + sha }

func shownKey(repo string, number int) string { return fmt.Sprintf("shown %s#%d", repo, number) }

// recall reads what is remembered under key into value; ok is false where there is nothing.
func (p *Publisher) recall(ctx context.Context, key string, value any) (ok bool, err error) {
	found, err := p.memory.RecallAll(ctx, []string{key})
	if err != nil {
		return false, err
	}
	return noted(found, key, value)
}

// noted decodes what was recalled under key into value; ok is false where there was nothing.
func noted(recalled map[string][]byte, key string, value any) (ok bool, err error) {
	data, ok := recalled[key]
	if !ok {
		return false, nil
	}
	if err := json.Unmarshal(data, value); err != nil {
		return false, fmt.Errorf("what is remembered of %s: %w", key, err)
	}
	return true, nil
}

// notes are what is to be remembered, by key.
type notes map[string]any

// remember keeps all notes at once: each transaction waits for the disk.
func (p *Publisher) remember(ctx context.Context, all notes) error {
	if len(all) == 0 {
		return nil
	}
	values := make(map[string][]byte, len(all))
	for key, note := range all {
		data, err := json.Marshal(note)
		if err != nil {
			return err
		}
		values[key] = data
	}
	return p.memory.RememberAll(ctx, values)
}

// hash is a short name for a value's content.
func hash(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // our own structs of strings and numbers
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12])
}
