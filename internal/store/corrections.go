package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

var _ gate.Corrections = (*DB)(nil)

// The states of a correction.
const (
	asked    = "asked"
	accepted = "accepted"
	refused  = "refused"
)

// mostAsked bounds what one person can have kept of one pull request: anybody can write a comment.
const mostAsked = 20

// Ask keeps a correction within tx, until it is settled. One person's twenty-first on a pull request is left out, and so
// is the withdrawal of what the label doesn't say.
func (s *DB) Ask(ctx context.Context, tx database.Tx, a gate.Asked) error {
	what := correctionOf(a.Repo, a.Number)
	var kept int
	var err error
	if a.Withdraw {
		err = tx.QueryRow(ctx, `SELECT 1 - withdraw FROM corrections WHERE repo = $1 AND number = $2 AND via = $3 ORDER BY id DESC LIMIT 1`,
			a.Repo, a.Number, string(gate.ByLabel)).Scan(&kept)
		if none(err) || err == nil && kept == 0 {
			return nil
		}
	} else {
		err = tx.QueryRow(ctx, `SELECT count(*) FROM corrections WHERE repo = $1 AND number = $2 AND by_id = $3 AND withdraw = 0`,
			a.Repo, a.Number, a.By.ID).Scan(&kept)
		if err == nil && kept >= mostAsked {
			return nil
		}
	}
	if err != nil {
		return within(what, err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO corrections (repo, number, by_login, by_id, by_type, via, withdraw, agent, reason, asked_at, state, settled_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)`,
		a.Repo, a.Number, plain(a.By.Login), a.By.ID, plain(string(a.By.Type)), string(a.Via), number(a.Withdraw), a.Agent, plain(a.Reason),
		micros(s.now()), asked)
	return within(what, err)
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func correctionOf(repo string, number int) string {
	return fmt.Sprintf("correction of %s#%d", repo, number)
}

// row is a correction with its time.
type row struct {
	gate.Asked
	at int64
}

func scanCorrection(from database.Row) (row, error) {
	var r row
	var kind, via string
	var withdraw int
	err := from.Scan(&r.ID, &r.Repo, &r.Number, &r.By.Login, &r.By.ID, &kind, &via, &withdraw, &r.Agent, &r.Reason, &r.at)
	r.By.Type, r.Via, r.Withdraw = pull.AccountType(kind), gate.Via(via), withdraw != 0
	return r, err
}

func (s *DB) corrections(ctx context.Context, repo string, number int, state string) (out []row, err error) {
	err = s.db.View(ctx, func(tx database.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT id, repo, number, by_login, by_id, by_type, via, withdraw, agent, reason, asked_at FROM corrections
			WHERE repo = $1 AND number = $2 AND state = $3 ORDER BY id`, repo, number, state)
		out, err = database.Collect(rows, err, scanCorrection)
		return err
	})
	return out, within(correctionOf(repo, number), err)
}

// Asked lists what was asked for and not settled, the oldest first.
func (s *DB) Asked(ctx context.Context, repo string, number int) ([]gate.Asked, error) {
	rows, err := s.corrections(ctx, repo, number, asked)
	var out []gate.Asked
	for i := range rows {
		out = append(out, rows[i].Asked)
	}
	return out, err
}

// Correction is the one that holds: the last that was accepted, nil where there is none or where it was the label's and
// the label was taken away.
func (s *DB) Correction(ctx context.Context, repo string, number int) (*pull.Correction, error) {
	rows, err := s.corrections(ctx, repo, number, accepted)
	var holds *row
	for i := range rows {
		switch r := &rows[i]; {
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

// Settle keeps what became of a correction, and enters it into the ledger with what the signs say. One that is settled
// already stays, and is entered once.
func (s *DB) Settle(ctx context.Context, c *gate.Settled) error {
	body := correction{
		Agent: c.Agent, Withdraw: c.Withdraw, Reason: plain(c.Reason), Via: string(c.Via), Account: c.By.ID, Outcome: accepted, Head: c.Head,
		Machine: answerOf(&c.Machine),
	}
	if c.Refused != "" {
		body.Outcome, body.Refused, body.Reason = refused, c.Refused, ""
	}
	text, err := json.Marshal(body)
	if err != nil {
		return within(correctionOf(c.Repo, c.Number), err)
	}
	err = s.db.Update(ctx, func(tx database.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE corrections SET state = $1, settled_at = $2 WHERE id = $3 AND state = $4`,
			body.Outcome, micros(s.now()), c.ID, asked)
		if err != nil || n == 0 {
			return err
		}
		return s.Append(ctx, tx, Entry{Kind: "correction", Repo: c.Repo, Number: c.Number, Actor: c.By.Login, Body: string(text)})
	})
	return within(correctionOf(c.Repo, c.Number), err)
}
