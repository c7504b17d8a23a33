package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/github"
)

// lagPatience is how long after a delivery GitHub's API is believed to be behind it. It is seconds on good days; what
// lasts longer is more likely a later push, told of before an earlier one.
const lagPatience = time.Minute

// told is the head commit that the newest delivery of a pull request named.
type told struct {
	Head string    `json:"head"`
	At   time.Time `json:"at"`
}

func toldKey(repo string, number int) string { return fmt.Sprintf("told head of %s#%d", repo, number) }

// note remembers, within tx, what a delivery says of a pull request's head.
func (s *server) note(ctx context.Context, tx database.Tx, d *github.Delivery) error {
	if d.Head == "" || len(d.Work.Pulls) != 1 {
		return nil
	}
	value, err := json.Marshal(told{Head: d.Head, At: time.Now().UTC()})
	if err != nil {
		return err
	}
	return s.store.RememberIn(ctx, tx, toldKey(d.Work.Pulls[0].Repo, d.Work.Pulls[0].Number), value)
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
	case r.Head != last.Head:
		return fmt.Errorf("%s#%d: GitHub still shows %.7s, and has told of %.7s", t.Repo, t.Number, r.Head, last.Head)
	}
	return nil
}
