package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/database"
)

// Recall returns what is remembered under key, nil where there is nothing.
func (s *DB) Recall(ctx context.Context, key string) ([]byte, error) {
	value, ok, err := s.value(ctx, recall, key)
	if err != nil || !ok {
		return nil, within("what is remembered of "+key, err)
	}
	return []byte(value), nil
}

// RecallAll returns what is remembered under keys, by key. A key under which there is nothing is left out.
func (s *DB) RecallAll(ctx context.Context, keys []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	if len(keys) == 0 {
		return out, nil
	}
	asked, places := map[string]string{}, make([]string, len(keys))
	args := make([]any, len(keys))
	for i, key := range keys {
		stored := plain(key)
		asked[stored], args[i], places[i] = key, stored, "$"+strconv.Itoa(i+1)
	}
	type note struct{ key, value string }
	err := s.db.Look(ctx, func(tx database.Tx) error {
		rows, err := tx.Query(ctx, `SELECT key, value FROM published WHERE key IN (`+strings.Join(places, ", ")+`)`, args...)
		notes, err := database.Collect(rows, err, func(row database.Row) (n note, err error) {
			err = row.Scan(&n.key, &n.value)
			return n, err
		})
		for _, n := range notes {
			out[asked[n.key]] = []byte(n.value)
		}
		return err
	})
	return out, within("what is remembered of "+keys[0], err)
}

// RecallIn is [DB.Recall] within tx.
func (s *DB) RecallIn(ctx context.Context, tx database.Tx, key string) ([]byte, error) {
	var value string
	err := tx.QueryRow(ctx, recall, plain(key)).Scan(&value)
	if none(err) {
		return nil, nil
	}
	return []byte(value), within("what is remembered of "+key, err)
}

// RememberAll puts each value, which is text, in the place of what was remembered under its key: all of them, or none
// where it answers an error. They outlive the process.
func (s *DB) RememberAll(ctx context.Context, values map[string][]byte) error {
	return s.db.Update(ctx, func(tx database.Tx) error { return s.remember(ctx, tx, values) })
}

// RememberIn is [DB.RememberAll] of one value within tx.
func (s *DB) RememberIn(ctx context.Context, tx database.Tx, key string, value []byte) error {
	return s.remember(ctx, tx, map[string][]byte{key: value})
}

func (s *DB) remember(ctx context.Context, tx database.Tx, values map[string][]byte) error {
	if len(values) == 0 {
		return nil
	}
	stored := map[string]string{}
	for key, value := range values {
		stored[plain(key)] = plain(string(value))
	}
	query, args := s.inserting(stored)
	_, err := tx.Exec(ctx, query+` ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, args...)
	return within("remember "+slices.Min(slices.Collect(maps.Keys(values))), err)
}

// inserting is the statement that inserts values by key, up to what is to happen where there is one already. The keys are in
// one order: two that insert the same don't stand in each other's way.
func (s *DB) inserting(values map[string]string) (query string, args []any) {
	args = []any{micros(s.now())}
	var places []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		places = append(places, fmt.Sprintf("($%d, $%d, $1)", len(args)+1, len(args)+2))
		args = append(args, key, values[key])
	}
	return `INSERT INTO published (key, value, updated_at) VALUES ` + strings.Join(places, ", "), args
}

const recall = `SELECT value FROM published WHERE key = $1`

// mostPrepended bounds, in characters, what [DB.Prepend] leaves of what was there before.
const mostPrepended = 4000

// Prepend puts value before what is remembered under key, whose end may be cut off to bound it.
func (s *DB) Prepend(ctx context.Context, tx database.Tx, key string, value []byte) error {
	_, err := tx.Exec(ctx, prepend, plain(key), plain(string(value)), micros(s.now()), mostPrepended)
	return within("remember "+key, err)
}

// SwapAll puts each of values in the place of what was remembered under its key, if that is what old has, nothing where old
// lacks the key. It answers under which keys it did. All are done in one transaction.
func (s *DB) SwapAll(ctx context.Context, old, values map[string][]byte) (swapped map[string]bool, err error) {
	first, stored := map[string]string{}, map[string]string{} // by key as it lies there; what is new, and the keys as they were given
	for key, value := range values {
		stored[plain(key)] = key
		if _, known := old[key]; !known {
			first[plain(key)] = plain(string(value))
		}
	}
	err = s.db.Update(ctx, func(tx database.Tx) error {
		swapped = map[string]bool{}
		for _, key := range slices.Sorted(maps.Keys(values)) {
			was, known := old[key]
			if !known {
				continue
			}
			n, err := tx.Exec(ctx, `UPDATE published SET value = $2, updated_at = $3 WHERE key = $1 AND value = $4`,
				plain(key), plain(string(values[key])), micros(s.now()), plain(string(was)))
			if err != nil {
				return within("remember "+key, err)
			}
			if n == 1 {
				swapped[key] = true
			}
		}
		if len(first) == 0 {
			return nil
		}
		query, args := s.inserting(first)
		rows, err := tx.Query(ctx, query+` ON CONFLICT (key) DO NOTHING RETURNING key`, args...)
		done, err := database.Collect(rows, err, func(row database.Row) (key string, err error) {
			err = row.Scan(&key)
			return key, err
		})
		for _, key := range done {
			swapped[stored[key]] = true
		}
		return within("remember "+slices.Min(slices.Collect(maps.Keys(values))), err)
	})
	return swapped, err
}

const prepend = `
	INSERT INTO published (key, value, updated_at) VALUES ($1, $2, $3)
	ON CONFLICT (key) DO UPDATE SET value = excluded.value || substr(published.value, 1, $4), updated_at = excluded.updated_at`

// Forget takes away, within tx, what was remembered under key if that is still value.
func (s *DB) Forget(ctx context.Context, tx database.Tx, key string, value []byte) error {
	_, err := tx.Exec(ctx, `DELETE FROM published WHERE key = $1 AND value = $2`, plain(key), plain(string(value)))
	return within("forget "+key, err)
}

// Setting is the value of a setting, ok false where it was never set.
func (s *DB) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	value, ok, err = s.value(ctx, `SELECT value FROM settings WHERE key = $1`, key)
	return value, ok, within("setting "+key, err)
}

// Set sets a setting.
func (s *DB) Set(ctx context.Context, key, value string) error {
	return within("setting "+key, s.db.Update(ctx, func(tx database.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, plain(key), plain(value), micros(s.now()))
		return err
	}))
}

func (s *DB) value(ctx context.Context, query, key string) (value string, ok bool, err error) {
	err = s.db.Look(ctx, func(tx database.Tx) error { return tx.QueryRow(ctx, query, plain(key)).Scan(&value) })
	if none(err) {
		return "", false, nil
	}
	return value, err == nil, err
}
