package main

import (
	"context"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/store"
)

// corrections are the store's, with a line in the log for each that is settled.
type corrections struct {
	*store.DB
	log zerolog.Logger
}

// Settle keeps what became of a correction and says so.
func (c corrections) Settle(ctx context.Context, s *gate.Settled) error {
	if err := c.DB.Settle(ctx, s); err != nil {
		return err
	}
	message := "correction accepted"
	if s.Refused != "" {
		message = "correction refused"
	}
	c.log.Info().Str("repo", s.Repo).Int("pull", s.Number).Int64("account", s.By.ID).Str("via", string(s.Via)).Str("reason", s.Refused).Msg(message)
	return nil
}
