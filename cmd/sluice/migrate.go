package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/jobs"
	"github.com/sluicegate/sluice/internal/store"
	"github.com/spf13/cobra"
)

func newMigrate() *cobra.Command {
	var config string
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to date",
		Long: `Migrate brings the tables of the configuration's database up to date, and keeps what is in them. "sluice serve" does
the same when it starts, unless it is run with --no-migrate: use that with a database user who may not change tables.
A database of a newer Sluice is left alone.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(config)
			if err != nil {
				return &exitError{exitUsage, err}
			}
			db, err := database.Open(cmd.Context(), c.DatabaseURL)
			if err != nil {
				return &exitError{exitUsage, err}
			}
			err = errors.Join(migrate(cmd.Context(), db), db.Close())
			if err != nil {
				return &exitError{exitUsage, err}
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "The database is up to date.")
			return err
		},
	}
	cmd.Flags().StringVar(&config, "config", "", "the server's configuration `FILE`")
	return cmd
}

func migrate(ctx context.Context, db *database.DB) error {
	if err := store.Migrate(ctx, db); err != nil {
		return err
	}
	return jobs.Migrate(ctx, db)
}
