package store

import (
	"context"
	"fmt"

	"github.com/sluicegate/sluice/internal/database"
)

// BrokenError is a place where the ledger is not what it was when it was written.
type BrokenError struct {
	Seq  int64  // of the row, or of the first one that is missing
	What string // in words
}

func (b *BrokenError) Error() string { return fmt.Sprintf("ledger: row %d: %s", b.Seq, b.What) }

// verifyBatch is how many rows are read at a time.
const verifyBatch = 1000

// Verify reads the whole ledger and follows its chain. It answers how many rows it has, and a [*BrokenError] that names the
// first row that was changed, is missing, or was put in.
func (s *DB) Verify(ctx context.Context) (rows int64, err error) {
	var seq int64
	var hash string
	for {
		batch, err := s.Ledger(ctx, seq, verifyBatch)
		if err != nil {
			return rows, err
		}
		for i := range batch {
			if err := follows(&batch[i], seq, hash); err != nil {
				return rows, err
			}
			seq, hash = batch[i].Seq, batch[i].Hash
			rows++
		}
		if len(batch) < verifyBatch {
			return rows, s.verifyEnd(ctx, seq, hash)
		}
	}
}

// follows reports what is wrong with an entry behind the one with a number and a hash.
func follows(e *Entry, seq int64, hash string) error {
	switch {
	case e.Seq != seq+1:
		return &BrokenError{seq + 1, fmt.Sprintf("it is missing: row %d comes after row %d", e.Seq, seq)}
	case e.Previous != hash:
		return &BrokenError{e.Seq, "it does not stand on the row before it: it was put in, or that one was put in its place"}
	case e.Hash != e.Sum():
		return &BrokenError{e.Seq, "its content is not what its hash was made of: it was changed"}
	}
	return nil
}

// verifyEnd holds the last row against what the ledger's end says: rows that are missing there leave no gap.
func (s *DB) verifyEnd(ctx context.Context, seq int64, hash string) error {
	var last int64
	var end string
	err := s.db.View(ctx, func(tx database.Tx) error {
		return tx.QueryRow(ctx, `SELECT seq, hash FROM ledger_end WHERE one = 1`).Scan(&last, &end)
	})
	switch {
	case none(err):
		return &BrokenError{seq + 1, "nothing says where the ledger ends: that row was deleted"}
	case err != nil:
		return within("ledger", err)
	case last > seq:
		// A server may have added rows since the last batch was read; then they are there.
		if more, err := s.Ledger(ctx, seq, 1); err != nil || len(more) > 0 {
			return err
		}
		return &BrokenError{seq + 1, fmt.Sprintf("it is missing: the ledger ended with row %d", last)}
	case last < seq:
		return &BrokenError{last + 1, fmt.Sprintf("it was put in: the ledger ends with row %d", last)}
	case end != hash:
		return &BrokenError{seq, "it is not the row that the ledger ended with: it was put in its place"}
	}
	return nil
}
