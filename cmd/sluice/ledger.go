package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/store"
	"github.com/spf13/cobra"
)

func newLedger() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Verify or export the record of every decision",
		Long: `The ledger is the record of decisions, waivers, corrections, policies and administration. Rows are added and never
changed, and each has the hash of the one before, so that a change behind Sluice's back is found.

The database is that of the configuration: SLUICE_DATABASE_URL, or --config. The server may run meanwhile.`,
	}
	cmd.AddCommand(newLedgerVerify(), newLedgerExport())
	return cmd
}

func newLedgerVerify() *cobra.Command {
	var config string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Follow the chain of hashes, and name the row where it breaks",
		Long: `Verify reads the whole ledger and follows its chain of hashes. Exit status: 0 whole, 1 broken, 2 it could not be read.

A chain tells that rows were changed, taken out or put in between others. Somebody who can write to the database can
make the whole chain anew from some row on: keep the last hash, which verify prints, where they cannot write.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd.Context(), config, func(ctx context.Context, s *store.DB) error {
				rows, err := s.Verify(ctx)
				var broken *store.BrokenError
				if errors.As(err, &broken) {
					return &exitError{exitClosed, err}
				}
				if err != nil {
					return &exitError{exitUsage, err}
				}
				last := ""
				if rows > 0 {
					end, err := s.Ledger(ctx, rows-1, 1)
					if err != nil {
						return &exitError{exitUsage, err}
					}
					last = ", the last with the hash " + end[0].Hash
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "The ledger is whole: %d rows%s.\n", rows, last)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&config, "config", "", "the server's configuration `FILE`")
	return cmd
}

func newLedgerExport() *cobra.Command {
	var config, format string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the ledger as JSON lines or CSV",
		Long: `Export writes every row, oldest first: seq, at (RFC 3339, to the microsecond), kind, repo, number, actor, body (JSON),
previous and hash. A row's hash is SHA-256 over "1", seq, at in microseconds since 1970, kind, repo, number, actor, body and
previous, each as a netstring (its length in bytes, a colon, itself, a comma), so that anybody can check it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			write := map[string]func(io.Writer) (entryWriter, func() error){"jsonl": jsonLines, "csv": csvRows}[format]
			if write == nil {
				return &exitError{exitUsage, fmt.Errorf("no format is named %q; write --format jsonl or csv", format)}
			}
			return withStore(cmd.Context(), config, func(ctx context.Context, s *store.DB) error {
				put, end := write(cmd.OutOrStdout())
				return errors.Join(exportLedger(ctx, s, put), end())
			})
		},
	}
	cmd.Flags().StringVar(&config, "config", "", "the server's configuration `FILE`")
	cmd.Flags().StringVar(&format, "format", "jsonl", "jsonl or csv")
	return cmd
}

// withStore opens the configuration's database as it is: nothing is migrated.
func withStore(ctx context.Context, config string, do func(context.Context, *store.DB) error) error {
	c, err := readConfig(config)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	db, err := database.Open(ctx, c.DatabaseURL)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	err = store.Check(ctx, db)
	if err != nil {
		err = &exitError{exitUsage, fmt.Errorf("%w; run: sluice migrate", err)}
	} else {
		err = do(ctx, store.New(db, time.Now))
	}
	if closing := db.Close(); err == nil {
		err = closing
	}
	return err
}

type entryWriter func(*store.Entry) error

func exportLedger(ctx context.Context, s *store.DB, put entryWriter) error {
	const batch = 1000
	for seq := int64(0); ; {
		entries, err := s.Ledger(ctx, seq, batch)
		if err != nil {
			return err
		}
		for i := range entries {
			if err := put(&entries[i]); err != nil {
				return err
			}
			seq = entries[i].Seq
		}
		if len(entries) < batch {
			return nil
		}
	}
}

// exported is an entry as a line of JSON.
type exported struct {
	Seq      int64           `json:"seq"`
	At       string          `json:"at"`
	Kind     string          `json:"kind"`
	Repo     string          `json:"repo"`
	Number   int             `json:"number"`
	Actor    string          `json:"actor"`
	Body     json.RawMessage `json:"body"`
	Text     string          `json:"body_text,omitempty"` // the body's bytes, where they are no JSON
	Previous string          `json:"previous"`
	Hash     string          `json:"hash"`
}

const atLayout = "2006-01-02T15:04:05.000000Z07:00"

func jsonLines(w io.Writer) (entryWriter, func() error) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return func(e *store.Entry) error {
		line := exported{
			Seq: e.Seq, At: e.At.UTC().Format(atLayout), Kind: e.Kind, Repo: e.Repo, Number: e.Number, Actor: e.Actor,
			Body: json.RawMessage(e.Body), Previous: e.Previous, Hash: e.Hash,
		}
		if !json.Valid(line.Body) { // somebody changed it
			line.Body, line.Text = json.RawMessage("null"), e.Body
		}
		return enc.Encode(line)
	}, func() error { return nil }
}

func csvRows(w io.Writer) (entryWriter, func() error) {
	out := csv.NewWriter(w)
	first := true
	header := func() error {
		first = false
		return out.Write([]string{"seq", "at", "kind", "repo", "number", "actor", "body", "previous", "hash"})
	}
	return func(e *store.Entry) error {
			if first {
				if err := header(); err != nil {
					return err
				}
			}
			return out.Write([]string{
				strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(atLayout), e.Kind, e.Repo, strconv.Itoa(e.Number), cell(e.Actor), cell(e.Body), e.Previous, e.Hash,
			})
		}, func() error {
			if first {
				if err := header(); err != nil {
					return err
				}
			}
			out.Flush()
			return out.Error()
		}
}

// cell keeps a spreadsheet from taking an outsider's words for a formula.
func cell(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@') {
		return "'" + s
	}
	return s
}
