package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
)

// lagPatience is how long after a delivery GitHub's API is believed to be behind it. It is seconds on good days; what
// lasts longer is more likely a later push, told of before an earlier one.
const lagPatience = time.Minute

// told is what deliveries tell of where a pull request's head is.
type told struct {
	Head string    `json:"head"` // by the newest delivery; empty where they contradict each other
	At   time.Time `json:"at"`   // when that came

	// GitHub sends in no order. What it tells by carries the time at which the pull request changed, in seconds.
	Updated time.Time `json:"updated,omitzero"`
	Beside  []string  `json:"beside,omitempty"` // heads of the same second: which is the last one is not known
	Past    []string  `json:"past,omitempty"`   // heads that pushes of that second replaced
}

func toldKey(repo string, number int) string { return fmt.Sprintf("told head of %s#%d", repo, number) }

// heard is what is told when d came too: nothing new where d is of an older state of the pull request.
func (was told) heard(d *github.Delivery, now time.Time) told {
	is := told{Head: d.Head, At: now, Updated: d.Updated}
	if d.Before != "" {
		is.Past = []string{d.Before}
	}
	switch {
	case d.Updated.IsZero() || was.Updated.IsZero() || d.Updated.After(was.Updated):
		return is
	case d.Updated.Before(was.Updated):
		return was
	}
	for _, sha := range was.Past {
		if !slices.Contains(is.Past, sha) {
			is.Past = append(is.Past, sha)
		}
	}
	var last []string
	for _, sha := range append([]string{d.Head, was.Head}, was.Beside...) {
		if sha != "" && !slices.Contains(last, sha) && !slices.Contains(is.Past, sha) {
			last = append(last, sha)
		}
	}
	is.Head, is.Beside = "", nil // pushed to and fro
	if len(last) > 0 {
		is.Head, is.Beside = last[0], last[1:]
	}
	return is
}

// shown reports whether GitHub shows what it told of, where it shows head.
func (is told) shown(head string) bool {
	return is.Head == "" || is.Head == head || slices.Contains(is.Beside, head)
}

// noteHead remembers what a delivery says of a pull request's head. It is called when the pull request's job is asked for
// within tx, which keeps other deliveries of it away.
func (s *server) noteHead(ctx context.Context, tx database.Tx, d *github.Delivery) error {
	if d.Head == "" || len(d.Work.Pulls) != 1 {
		return nil
	}
	key := toldKey(d.Work.Pulls[0].Repo, d.Work.Pulls[0].Number)
	value, err := s.store.RecallIn(ctx, tx, key)
	if err != nil {
		return err
	}
	var was told
	if value != nil && json.Unmarshal(value, &was) != nil {
		was = told{} // a note that cannot be read tells nothing
	}
	is, err := json.Marshal(was.heard(d, time.Now().UTC()))
	if err != nil || string(is) == string(value) {
		return err
	}
	return s.store.RememberIn(ctx, tx, key, is)
}

// behind is an error where GitHub showed another head than its delivery had told of, or no pull request yet: it is
// looked at once more. Otherwise it is err.
func (s *server) behind(ctx context.Context, t gate.Target, r *gate.Report, err error) error {
	var gone *github.Gone
	if err != nil && !errors.As(err, &gone) || err == nil && r == nil {
		return err
	}
	value, failed := s.store.Recall(ctx, toldKey(t.Repo, t.Number))
	if failed != nil {
		return errors.Join(err, failed)
	}
	var last told
	if value == nil || json.Unmarshal(value, &last) != nil || time.Since(last.At) > s.patience {
		return err
	}
	switch {
	case err != nil:
		// Its own words alone: what wraps gone is not tried again.
		return fmt.Errorf("%s#%d: not shown yet: %s", t.Repo, t.Number, err.Error())
	case !last.shown(r.Head):
		return fmt.Errorf("%s#%d: GitHub still shows %.7s, and has told of %.7s", t.Repo, t.Number, r.Head, last.Head)
	}
	return nil
}
