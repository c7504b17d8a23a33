package github

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
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
	// SwapAll puts each of values in the place of what was remembered under its key, if that is what old has, nothing
	// where old lacks the key, and answers under which keys it did. Of several at the same time one succeeds.
	SwapAll(ctx context.Context, old, values map[string][]byte) (swapped map[string]bool, err error)
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

func groupKey(repo, sha string) string { return "shown group " + repo + "@" + sha }

func shownKey(repo string, number int) string { return fmt.Sprintf("shown %s#%d", repo, number) }

// recall reads what is remembered under key into value, and answers its text, nil where there is nothing.
func (p *Publisher) recall(ctx context.Context, key string, value any) ([]byte, error) {
	found, err := p.memory.RecallAll(ctx, []string{key})
	if err != nil {
		return nil, err
	}
	return found[key], noted(found, key, value)
}

// noted decodes what was recalled under key into value, where there is something.
func noted(recalled map[string][]byte, key string, value any) error {
	data, ok := recalled[key]
	if !ok {
		return nil
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("what is remembered of %s: %w", key, err)
	}
	return nil
}

// notes are what is to be remembered, by key.
type notes map[string]any

func (n notes) texts() (map[string][]byte, error) {
	texts := make(map[string][]byte, len(n))
	for key, note := range n {
		data, err := json.Marshal(note)
		if err != nil {
			return nil, err
		}
		texts[key] = data
	}
	return texts, nil
}

// remember keeps all notes at once: each transaction waits for the disk.
func (p *Publisher) remember(ctx context.Context, all notes) error {
	if len(all) == 0 {
		return nil
	}
	texts, err := all.texts()
	if err != nil {
		return err
	}
	return p.memory.RememberAll(ctx, texts)
}

// making is how long something may be about to be made before another pull request that has it too, by its head commit,
// goes about it: what was asked of GitHub until then is done or never will be.
const making = time.Minute

// begin remembers which pieces are about to be made. Two pull requests with one head commit have one check run: of those
// that are about to make it at the same time one does, and the others find it at their next try: for those err is set.
func (a *act) begin(ctx context.Context, pieces []*piece) error {
	now := a.client.cfg.Now()
	old, next := map[string][]byte{}, notes{}
	for _, p := range pieces {
		free, err := p.free(a.number, now)
		if err != nil {
			return err
		}
		if free {
			next[p.key] = trace{At: now, By: a.number}
		}
		if p.kept != nil {
			old[p.key] = p.kept
		}
	}
	texts, err := next.texts()
	if err != nil {
		return err
	}
	swapped := map[string]bool{}
	if len(texts) > 0 {
		if swapped, err = a.memory.SwapAll(ctx, old, texts); err != nil {
			return err
		}
	}
	for _, p := range pieces {
		if p.begun = swapped[p.key]; !p.begun {
			p.err = &Temporary{fmt.Errorf("%s: another pull request with this head commit is about to make it", p.what())}
			continue
		}
		p.kept = texts[p.key]
	}
	return nil
}

// free reports whether nobody else is about to make p.
func (p *piece) free(number int, now time.Time) (bool, error) {
	if p.kept == nil {
		return true, nil
	}
	var begun trace
	err := noted(map[string][]byte{p.key: p.kept}, p.key, &begun)
	return begun.Node != "" || begun.By == number || now.Sub(begun.At) > making, err
}

// keep remembers what stands on GitHub of pieces, and besides.
func (a *act) keep(ctx context.Context, pieces []*piece, besides notes) error {
	if len(pieces)+len(besides) == 0 {
		return nil
	}
	all := notes{}
	maps.Copy(all, besides)
	for _, p := range pieces {
		all[p.key] = p.trace
	}
	texts, err := all.texts()
	if err != nil {
		return err
	}
	for _, p := range pieces {
		p.kept = texts[p.key]
	}
	return a.memory.RememberAll(ctx, texts)
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
