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
	// Swap puts value in the place of old, nil for nothing, and reports whether that was what was remembered under key. Of
	// several at the same time one succeeds.
	Swap(ctx context.Context, key string, old, value []byte) (bool, error)
}

// trace is what is remembered of one thing on GitHub.
type trace struct {
	// Node is GraphQL's id. Empty in a trace that was remembered means that the thing was about to be made: whether it was,
	// only GitHub knows.
	Node    string    `json:"node,omitempty"`
	Content string    `json:"content,omitempty"` // digest of what it shows
	Sent    []string  `json:"sent,omitempty"`    // digests of its annotations, which can be added but not taken back
	Sending []string  `json:"sending,omitempty"` // of annotations that were about to be added
	At      time.Time `json:"at,omitzero"`       // when it was last written, or begun
	By      int       `json:"by,omitempty"`      // the pull request that began it
}

func runKey(repo, sha, name string) string { return "run " + repo + " " + sha + " " + name }

func commentKey(repo string, number int) string { return fmt.Sprintf("comment %s#%d", repo, number) }

func shownKey(repo string, number int) string { return fmt.Sprintf("shown %s#%d", repo, number) }

// recall reads what is remembered under key into value, and answers its text, nil where there is nothing.
func (p *Publisher) recall(ctx context.Context, key string, value any) (data []byte, err error) {
	data, err = p.memory.Recall(ctx, key)
	if err != nil || data == nil {
		return nil, err
	}
	if err := json.Unmarshal(data, value); err != nil {
		return nil, fmt.Errorf("what is remembered of %s: %w", key, err)
	}
	return data, nil
}

func (p *Publisher) remember(ctx context.Context, key string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return p.memory.Remember(ctx, key, data)
}

// making is how long something may be about to be made before another pull request that has it too, by its head commit,
// goes about it: what was asked of GitHub until then is done or never will be.
const making = time.Minute

// begin remembers that p is about to be made. Two pull requests with one head commit have one check run: of those that
// are about to make it at the same time one does, and the others find it at their next try: for those p.err is set.
func (a *act) begin(ctx context.Context, p *piece) error {
	now := a.client.cfg.Now()
	var begun trace
	if p.kept != nil {
		if err := json.Unmarshal(p.kept, &begun); err != nil {
			return fmt.Errorf("what is remembered of %s: %w", p.key, err)
		}
	}
	mine := begun.Node != "" || begun.By == a.number || now.Sub(begun.At) > making
	if mine {
		next, err := json.Marshal(trace{At: now, By: a.number})
		if err != nil {
			return err
		}
		if mine, err = a.memory.Swap(ctx, p.key, p.kept, next); err != nil {
			return err
		}
		p.kept = next
	}
	if !mine {
		p.err = &Temporary{fmt.Errorf("%s: another pull request with this head commit is about to make it", p.what())}
		return nil
	}
	p.begun = true
	return nil
}

// keep remembers what stands on GitHub of p.
func (a *act) keep(ctx context.Context, p *piece) (err error) {
	if p.kept, err = json.Marshal(p.trace); err != nil {
		return err
	}
	return a.memory.Remember(ctx, p.key, p.kept)
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
