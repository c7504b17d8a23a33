package store

import (
	"context"

	"github.com/sluicegate/sluice/internal/database"
)

// Recall returns what is remembered under key, nil where there is nothing.
func (s *DB) Recall(ctx context.Context, key string) ([]byte, error) {
	value, ok, err := s.value(ctx, `SELECT value FROM published WHERE key = $1`, key)
	if err != nil || !ok {
		return nil, within("what is remembered of "+key, err)
	}
	return []byte(value), nil
}

// Remember puts value, which is text, in the place of what was remembered under key. It outlives the process.
func (s *DB) Remember(ctx context.Context, key string, value []byte) error {
	return within("remember "+key, s.put(ctx, remember, key, string(value)))
}

// RememberIn is [DB.Remember] within tx.
func (s *DB) RememberIn(ctx context.Context, tx database.Tx, key string, value []byte) error {
	_, err := tx.Exec(ctx, remember, plain(key), plain(string(value)), micros(s.now()))
	return within("remember "+key, err)
}

// Swap remembers value under key if what is remembered there is old, nil for nothing, and reports whether it was.
func (s *DB) Swap(ctx context.Context, key string, old, value []byte) (was bool, err error) {
	err = s.db.Update(ctx, func(tx database.Tx) error {
		query, args := `UPDATE published SET value = $2, updated_at = $3 WHERE key = $1 AND value = $4`, []any{plain(key), plain(string(value)), micros(s.now()), plain(string(old))}
		if old == nil {
			query, args = `INSERT INTO published (key, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`, args[:3]
		}
		n, err := tx.Exec(ctx, query, args...)
		was = n == 1
		return err
	})
	return was, within("remember "+key, err)
}

const remember = `
	INSERT INTO published (key, value, updated_at) VALUES ($1, $2, $3)
	ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`

// Forget takes away what was remembered under key if that is still value.
func (s *DB) Forget(ctx context.Context, key string, value []byte) error {
	return within("forget "+key, s.db.Update(ctx, func(tx database.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM published WHERE key = $1 AND value = $2`, plain(key), plain(string(value)))
		return err
	}))
}

// Setting is the value of a setting, ok false where it was never set.
func (s *DB) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	value, ok, err = s.value(ctx, `SELECT value FROM settings WHERE key = $1`, key)
	return value, ok, within("setting "+key, err)
}

// Set sets a setting.
func (s *DB) Set(ctx context.Context, key, value string) error {
	return within("setting "+key, s.put(ctx, `
		INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, key, value))
}

func (s *DB) value(ctx context.Context, query, key string) (value string, ok bool, err error) {
	err = s.db.View(ctx, func(tx database.Tx) error { return tx.QueryRow(ctx, query, plain(key)).Scan(&value) })
	if none(err) {
		return "", false, nil
	}
	return value, err == nil, err
}

func (s *DB) put(ctx context.Context, query, key, value string) error {
	return s.db.Update(ctx, func(tx database.Tx) error {
		_, err := tx.Exec(ctx, query, plain(key), plain(value), micros(s.now()))
		return err
	})
}
