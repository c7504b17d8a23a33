package main

import (
	"context"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/store"
)

// desk is the store's, with a line in the log for each thing that is settled.
type desk struct {
	*store.DB
	metrics *metrics
	log     zerolog.Logger
}

// Settle keeps what became of what was asked for and says so.
func (d desk) Settle(ctx context.Context, s *gate.Settled) error {
	if err := d.DB.Settle(ctx, s); err != nil {
		return err
	}
	message := "command accepted"
	if s.Refused != "" {
		message = "command refused"
	}
	d.metrics.settled(s)
	originOf(ctx).delivery(d.log.Info()).Str("repo", s.Repo).Int("pull", s.Number).Int64("account", s.By.ID).Str("command", string(s.Verb)).Str("via", string(s.Via)).
		Str("reason", s.Refused).Msg(message)
	return nil
}
