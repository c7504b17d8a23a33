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
	// Recall returns what is remembered under key, nil where there is nothing.
	Recall(ctx context.Context, key string) ([]byte, error)
	// Remember puts value in the place of what was remembered under key.
	Remember(ctx context.Context, key string, value []byte) error
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
	data, err := p.memory.Recall(ctx, key)
	if err != nil || data == nil {
		return false, err
	}
	if err := json.Unmarshal(data, value); err != nil {
		return false, fmt.Errorf("what is remembered of %s: %w", key, err)
	}
	return true, nil
}

func (p *Publisher) remember(ctx context.Context, key string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return p.memory.Remember(ctx, key, data)
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
