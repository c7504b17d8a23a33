package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
)

// Entry is one row of the ledger. Rows are added and never changed; each has the hash of the one before.
type Entry struct {
	Seq      int64     // from 1, without a gap
	At       time.Time // to the microsecond
	Kind     string    // "decision", …
	Repo     string    // "owner/name"; empty where it is about none
	Number   int       // of the pull request; 0 where it is about none
	Actor    string    // who did it: a login, or "sluice"
	Body     string    // JSON
	Previous string    // hash of the entry before, empty in the first
	Hash     string
}

// Sum is the hash that the entry must have: SHA-256, in hexadecimal, over the version of this form, seq, at (microseconds
// since 1970), kind, repo, number, actor, body and previous, numbers in decimal, each as a netstring: its length in bytes,
// a colon, itself, a comma. Anyone can compute it anew from an export.
func (e *Entry) Sum() string {
	sum := sha256.New()
	for _, field := range []string{
		"1", strconv.FormatInt(e.Seq, 10), strconv.FormatInt(micros(e.At), 10), e.Kind, e.Repo, strconv.Itoa(e.Number),
		e.Actor, e.Body, e.Previous,
	} {
		fmt.Fprintf(sum, "%d:%s,", len(field), field)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Append adds an entry to the ledger within tx: kind, repo, number, actor and body are the caller's, the rest is made. It
// holds the ledger's end until tx ends, so that entries come one after the other.
func (s *DB) Append(ctx context.Context, tx database.Tx, e Entry) error {
	err := tx.QueryRow(ctx, `UPDATE ledger_end SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash`).Scan(&e.Seq, &e.Previous)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	e.At = fromMicros(micros(s.now()))
	e.Hash = e.Sum()
	_, err = tx.Exec(ctx, `
		INSERT INTO ledger (seq, at, kind, repo, number, actor, body, previous, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.Seq, micros(e.At), e.Kind, e.Repo, e.Number, e.Actor, e.Body, e.Previous, e.Hash)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	_, err = tx.Exec(ctx, `UPDATE ledger_end SET hash = $1 WHERE one = 1`, e.Hash)
	return within("ledger", err)
}

// Ledger lists limit entries at most, those after seq, in order.
func (s *DB) Ledger(ctx context.Context, after int64, limit int) (out []Entry, err error) {
	err = s.db.View(ctx, func(tx database.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT seq, at, kind, repo, number, actor, body, previous, hash FROM ledger
			WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
		out, err = database.Collect(rows, err, scanEntry)
		return err
	})
	return out, within("ledger", err)
}

func scanEntry(row database.Row) (Entry, error) {
	var e Entry
	var at int64
	err := row.Scan(&e.Seq, &at, &e.Kind, &e.Repo, &e.Number, &e.Actor, &e.Body, &e.Previous, &e.Hash)
	e.At = fromMicros(at)
	return e, err
}

// decision is the body of an entry of the kind "decision": what was decided on, and what came out. Report is the SHA-256
// of the report's text as it is stored; the words of the pull request are there alone.
type decision struct {
	Head       string          `json:"head"`
	Base       string          `json:"base"`
	BaseSHA    string          `json:"base_sha"`
	Decision   gate.Decision   `json:"decision"`
	Conclusion gate.Conclusion `json:"conclusion"`
	Mode       string          `json:"mode"`
	Policy     []string        `json:"policy"`
	Risk       string          `json:"risk"`
	Authorship string          `json:"authorship"`
	Agents     []string        `json:"agents"`
	Checks     []outcome       `json:"checks"`
	Report     string          `json:"report"`

	CorrectedBy string    `json:"corrected_by,omitempty"` // the maintainer whose word authorship and agents are
	Machine     *answered `json:"machine,omitempty"`      // what the signs say then
}

type outcome struct {
	Check   string `json:"check"`
	Level   string `json:"level"`
	Outcome string `json:"outcome"`
	Waived  string `json:"waived_by,omitempty"` // who signed the exception
}

// enterDecision enters what r decides into the ledger.
func (s *DB) enterDecision(ctx context.Context, tx database.Tx, t gate.Target, r *gate.Report, report string) error {
	d := decision{
		Head: r.Head, Base: r.Base, BaseSHA: r.BaseSHA, Decision: r.Decision, Conclusion: r.Conclusion,
		Mode: string(r.Policy.Mode), Policy: r.Policy.Sources, Risk: string(r.Risk.Level),
		Authorship: string(r.Attribution.Authorship), Agents: []string{}, Checks: []outcome{}, Report: report,
	}
	for i := range r.Attribution.Agents {
		d.Agents = append(d.Agents, r.Attribution.Agents[i].Agent)
	}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		o := outcome{Check: v.Check, Level: string(v.Level), Outcome: string(v.Outcome)}
		if v.Waived != nil {
			o.Waived = v.Waived.By
		}
		d.Checks = append(d.Checks, o)
	}
	if c := r.Attribution.Corrected; c != nil {
		d.CorrectedBy, d.Machine = c.By, answerOf(&c.Was)
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return s.Append(ctx, tx, Entry{Kind: "decision", Repo: t.Repo, Number: t.Number, Actor: "sluice", Body: string(body)})
}
