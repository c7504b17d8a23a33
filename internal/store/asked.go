package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

var _ gate.Desk = (*DB)(nil)

// The states of what was asked for.
const (
	asked    = "asked"
	accepted = "accepted"
	refused  = "refused"
)

// mostAsked bounds what one person can have kept of one pull request: anybody can write a comment.
const mostAsked = 20

// Ask keeps what a person asks for within tx, until it is settled. One person's twenty-first on a pull request is left
// out, and so is the withdrawal of what the label or the comment doesn't say.
func (s *DB) Ask(ctx context.Context, tx database.Tx, a gate.Asked) error {
	what := askedOf(a.Repo, a.Number)
	room, err := s.room(ctx, tx, &a)
	if err != nil || !room {
		return within(what, err)
	}
	var until int64
	if !a.Until.IsZero() {
		until = micros(a.Until)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO asked (repo, number, by_login, by_id, by_type, via, withdraw, agent, reason, asked_at, state, settled_at,
			verb, comment, check_name, until_at, wrong)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16)`,
		a.Repo, a.Number, plain(a.By.Login), a.By.ID, plain(string(a.By.Type)), string(a.Via), number(a.Withdraw), a.Agent, plain(a.Reason),
		micros(s.now()), asked, string(a.Verb), a.Comment, plain(a.Check), until, plain(a.Wrong))
	return within(what, err)
}

// room reports whether a is to be kept.
func (s *DB) room(ctx context.Context, tx database.Tx, a *gate.Asked) (bool, error) {
	var kept int
	var err error
	switch {
	case !a.Withdraw:
		err = tx.QueryRow(ctx, `SELECT count(*) FROM asked WHERE repo = $1 AND number = $2 AND by_id = $3 AND withdraw = 0`,
			a.Repo, a.Number, a.By.ID).Scan(&kept)
		return kept < mostAsked, err
	case a.Via == gate.ByLabel:
		err = tx.QueryRow(ctx, `SELECT 1 - withdraw FROM asked WHERE repo = $1 AND number = $2 AND via = $3 ORDER BY id DESC LIMIT 1`,
			a.Repo, a.Number, string(a.Via)).Scan(&kept)
	default:
		err = tx.QueryRow(ctx, `SELECT 1 - withdraw FROM asked WHERE repo = $1 AND number = $2 AND comment = $3 AND verb = $4 ORDER BY id DESC LIMIT 1`,
			a.Repo, a.Number, a.Comment, string(a.Verb)).Scan(&kept)
	}
	if none(err) {
		return false, nil
	}
	return kept > 0, err
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func askedOf(repo string, number int) string {
	return fmt.Sprintf("what is asked of %s#%d", repo, number)
}

// row is something that was asked for, with what came of it.
type row struct {
	gate.Asked
	at    int64
	head  string
	marks string
}

func scanAsked(from database.Row) (row, error) {
	var r row
	var kind, via, verb string
	var withdraw int
	var until int64
	err := from.Scan(&r.ID, &r.Repo, &r.Number, &r.By.Login, &r.By.ID, &kind, &via, &withdraw, &r.Agent, &r.Reason, &r.at,
		&verb, &r.Comment, &r.Check, &until, &r.Wrong, &r.head, &r.marks)
	r.By.Type, r.Via, r.Verb, r.Withdraw = pull.AccountType(kind), gate.Via(via), gate.Verb(verb), withdraw != 0
	if until != 0 {
		r.Until = fromMicros(until)
	}
	return r, err
}

func (s *DB) rows(ctx context.Context, repo string, number int, state string) (out []row, err error) {
	err = s.db.Look(ctx, func(tx database.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT id, repo, number, by_login, by_id, by_type, via, withdraw, agent, reason, asked_at, verb, comment, check_name,
				until_at, wrong, head, marks FROM asked
			WHERE repo = $1 AND number = $2 AND state = $3 ORDER BY id`, repo, number, state)
		out, err = database.Collect(rows, err, scanAsked)
		return err
	})
	return out, within(askedOf(repo, number), err)
}

// Asked lists what was asked for and not settled, the oldest first.
func (s *DB) Asked(ctx context.Context, repo string, number int) ([]gate.Asked, error) {
	rows, err := s.rows(ctx, repo, number, asked)
	var out []gate.Asked
	for i := range rows {
		out = append(out, rows[i].Asked)
	}
	return out, err
}

// Correction is the one that holds: the last that was accepted, nil where there is none or where it was the label's and
// the label was taken away.
func (s *DB) Correction(ctx context.Context, repo string, number int) (*pull.Correction, error) {
	rows, err := s.rows(ctx, repo, number, accepted)
	var holds *row
	for i := range rows {
		switch r := &rows[i]; {
		case r.Verb != gate.Correct:
		case !r.Withdraw:
			holds = r
		case holds != nil && holds.Via == gate.ByLabel:
			holds = nil
		}
	}
	if err != nil || holds == nil {
		return nil, err
	}
	return &pull.Correction{By: holds.By.Login, Agent: holds.Agent, Reason: holds.Reason, At: fromMicros(holds.at)}, nil
}

// Waivers lists those that were accepted and not taken back, the oldest first.
func (s *DB) Waivers(ctx context.Context, repo string, number int) ([]pull.Waiver, error) {
	rows, err := s.rows(ctx, repo, number, accepted)
	var stand []row
	for _, r := range rows {
		switch {
		case r.Verb == gate.Unwaive:
			stand = slices.DeleteFunc(stand, func(w row) bool { return w.Check == r.Check })
		case r.Verb == gate.Waive && r.Withdraw:
			stand = slices.DeleteFunc(stand, func(w row) bool { return w.Comment == r.Comment })
		case r.Verb == gate.Waive:
			stand = append(stand, r)
		}
	}
	var out []pull.Waiver
	for _, r := range stand {
		w := pull.Waiver{Check: r.Check, By: r.By.Login, Reason: r.Reason, At: fromMicros(r.at), Head: r.head, Until: r.Until}
		if r.marks != "" {
			w.Marks = strings.Split(r.marks, " ")
		}
		out = append(out, w)
	}
	return out, err
}

// correction is the body of an entry of the kind "correction". The reason of a refused one is left out: the ledger is
// no place for anybody's words.
type correction struct {
	Agent    string    `json:"agent"` // empty for no agent
	Withdraw bool      `json:"withdraw,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Via      string    `json:"via"`
	Account  int64     `json:"account"` // id of who asked
	Outcome  string    `json:"outcome"`
	Refused  string    `json:"refused,omitempty"` // why
	Head     string    `json:"head"`
	Machine  *answered `json:"machine"`
}

// answered is what the signs say of who wrote a pull request.
type answered struct {
	Authorship string   `json:"authorship"`
	Agents     []string `json:"agents"`
}

func answerOf(a *agent.Attribution) *answered {
	out := &answered{Authorship: string(a.Authorship), Agents: []string{}}
	for i := range a.Agents {
		out.Agents = append(out.Agents, a.Agents[i].Agent)
	}
	return out
}

// waiver is the body of an entry of the kind "waiver": an exception, or its end. The reason of a refused one is left out.
type waiver struct {
	Check    string    `json:"check"`
	Ends     bool      `json:"ends,omitempty"` // it is taken back
	Reason   string    `json:"reason,omitempty"`
	Until    time.Time `json:"until,omitzero"`
	Account  int64     `json:"account"` // id of who asked
	Comment  int64     `json:"comment"`
	Outcome  string    `json:"outcome"`
	Refused  string    `json:"refused,omitempty"` // why
	Head     string    `json:"head"`
	Findings []string  `json:"findings,omitempty"` // marks of what is waived
}

// Settle keeps what became of what was asked for. Corrections are entered into the ledger with what the signs say, and
// waivers with what they waive. One that is settled already stays, and is entered once.
func (s *DB) Settle(ctx context.Context, c *gate.Settled) error {
	entry, err := entryOf(c)
	if err != nil {
		return within(askedOf(c.Repo, c.Number), err)
	}
	state := accepted
	if c.Refused != "" {
		state = refused
	}
	err = s.db.Update(ctx, func(tx database.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE asked SET state = $1, settled_at = $2, head = $3, marks = $4 WHERE id = $5 AND state = $6`,
			state, micros(s.now()), plain(c.Head), strings.Join(c.Marks, " "), c.ID, asked)
		if err != nil || n == 0 || entry.Kind == "" {
			return err
		}
		return s.Append(ctx, tx, entry)
	})
	return within(askedOf(c.Repo, c.Number), err)
}

// entryOf is what the ledger has of c; without a kind it has nothing.
func entryOf(c *gate.Settled) (Entry, error) {
	outcome, reason := accepted, plain(c.Reason)
	if c.Refused != "" {
		outcome, reason = refused, ""
	}
	e := Entry{Repo: c.Repo, Number: c.Number, Actor: c.By.Login}
	var body any
	switch c.Verb {
	case gate.Correct:
		e.Kind = "correction"
		body = correction{
			Agent: c.Agent, Withdraw: c.Withdraw, Reason: reason, Via: string(c.Via), Account: c.By.ID, Outcome: outcome, Refused: c.Refused,
			Head: c.Head, Machine: answerOf(&c.Machine),
		}
	case gate.Waive, gate.Unwaive:
		e.Kind = "waiver"
		body = waiver{
			Check: plain(c.Check), Ends: c.Verb == gate.Unwaive || c.Withdraw, Reason: reason, Until: c.Until, Account: c.By.ID, Comment: c.Comment,
			Outcome: outcome, Refused: c.Refused, Head: c.Head, Findings: c.Marks,
		}
	default:
		return e, nil
	}
	text, err := json.Marshal(body)
	e.Body = string(text)
	return e, err
}
