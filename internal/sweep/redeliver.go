package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
)

// Failed is an attempt to deliver a webhook that GitHub has on record as failed.
type Failed struct {
	ID     int64  // of the attempt
	GUID   string // of the delivery: the same for all of its attempts
	At     time.Time
	Status int // of our answer; 0 where none came
}

// Deliveries is GitHub's record of what it sent.
type Deliveries interface {
	// Failures lists the attempts that failed since a time, in any order.
	Failures(ctx context.Context, since time.Time) ([]Failed, error)
	// Redeliver has an attempt's delivery sent again.
	Redeliver(ctx context.Context, attempt int64) error
}

// Settings outlive the process.
type Settings interface {
	Setting(ctx context.Context, key string) (value string, ok bool, err error)
	Set(ctx context.Context, key, value string) error
}

const (
	// onRecord is how long GitHub keeps deliveries (docs, "Viewing webhook deliveries": three days).
	onRecord = 72 * time.Hour
	// overlap is how far a pass goes back behind the last one: GitHub's list lags.
	overlap = 2 * time.Minute
	// patience is how often one delivery is asked for again.
	patience = 5

	reachedKey = "failed deliveries were fetched until"
)

// Redeliverer has GitHub send again what was not taken. Its methods are called by one goroutine.
type Redeliverer struct {
	GitHub   Deliveries
	Settings Settings
	Now      func() time.Time
	Log      zerolog.Logger

	asked map[int64]time.Time // attempts that were asked for again
	tries map[string]tries    // by delivery
}

// limited is an error of GitHub's that says until when it answers nothing.
type limited interface{ RetryAt() time.Time }

// tries is how often a delivery was asked for, and when at last.
type tries struct {
	times int
	last  time.Time
}

// Fetch asks for all that failed since the last pass, and on the first pass since GitHub has it on record. The same
// delivery twice does no harm: it is known by its id.
func (r *Redeliverer) Fetch(ctx context.Context) (fetched int, err error) {
	started := r.Now()
	since, err := r.since(ctx, started)
	if err != nil {
		return 0, fmt.Errorf("redelivery: %w", err)
	}
	failures, err := r.GitHub.Failures(ctx, since)
	if err != nil {
		return 0, fmt.Errorf("redelivery: %w", err)
	}
	r.forget(since, started)
	var errs []error
	for _, f := range failures {
		if _, known := r.asked[f.ID]; known || hopeless(f.Status) || r.tries[f.GUID].times >= patience {
			continue
		}
		if err := r.GitHub.Redeliver(ctx, f.ID); err != nil {
			errs = append(errs, fmt.Errorf("redelivery of %s: %w", f.GUID, err))
			if errors.As(err, new(limited)) {
				break // the others would be refused as well
			}
			continue
		}
		r.asked[f.ID] = f.At
		r.tries[f.GUID] = tries{r.tries[f.GUID].times + 1, started}
		fetched++
		r.Log.Info().Str("delivery", f.GUID).Int("status", f.Status).Msg("delivery fetched again")
	}
	if len(errs) > 0 {
		return fetched, errors.Join(errs...) // the next pass begins where this one did
	}
	return fetched, r.Settings.Set(ctx, reachedKey, started.UTC().Format(time.RFC3339))
}

func (r *Redeliverer) since(ctx context.Context, now time.Time) (time.Time, error) {
	if r.asked == nil {
		r.asked, r.tries = map[int64]time.Time{}, map[string]tries{}
	}
	value, ok, err := r.Settings.Setting(ctx, reachedKey)
	if err != nil {
		return time.Time{}, err
	}
	first := now.Add(-onRecord)
	if last, err := time.Parse(time.RFC3339, value); ok && err == nil && last.Add(-overlap).After(first) {
		first = last.Add(-overlap)
	}
	return first, nil
}

// forget drops the attempts that no pass will see again, and the deliveries that GitHub has no record of any more.
func (r *Redeliverer) forget(since, now time.Time) {
	for id, at := range r.asked {
		if at.Before(since) {
			delete(r.asked, id)
		}
	}
	for guid, t := range r.tries {
		if t.last.Before(now.Add(-onRecord)) {
			delete(r.tries, guid)
		}
	}
}

// hopeless reports whether the same delivery would be refused again: it was not what GitHub describes.
func hopeless(status int) bool {
	return status == 400 || status == 413 || status == 415 || status >= 200 && status < 300
}
