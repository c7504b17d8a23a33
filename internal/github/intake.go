package github

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"
)

// intake stores. It is the one handler of every event, and the scheduler that calls no handler later: a delivery is
// translated and stored before GitHub is answered, in the transaction of the inbox.
type intake struct {
	inbox      Inbox
	translator translator
	log        zerolog.Logger
}

// leaves reports whether a delivery asks for nothing by its event and action alone.
func (in *intake) leaves(event, id string, body []byte) bool {
	action, err := actionOf(body)
	if err != nil || events[event][action] != nil {
		return false
	}
	in.log.Debug().Str("delivery", id).Str("event", event).Str("action", head64(action)).Msg("delivery left")
	return true
}

// Handles lists the events that ask for something.
func (in *intake) Handles() []string { return Events() }

// Schedule stores a dispatch and returns.
func (in *intake) Schedule(ctx context.Context, d githubapp.Dispatch) error {
	return in.Handle(ctx, d.EventType, d.DeliveryID, d.Payload)
}

// Handle translates a payload and stores what it asks for, if anything.
func (in *intake) Handle(ctx context.Context, event, id string, body []byte) error {
	action, err := actionOf(body)
	if err != nil {
		return refuse(http.StatusBadRequest, "the payload is not JSON as GitHub describes it")
	}
	work, p, err := in.translator.work(event, action, body)
	if err != nil {
		return refuse(http.StatusBadRequest, "the payload is not what GitHub describes for %s", event)
	}
	if work.Empty() {
		in.log.Debug().Str("delivery", id).Str("event", event).Str("action", head64(action)).Msg("delivery left")
		return nil
	}
	d := Delivery{ID: id, Event: event, Action: action, Installation: p.Installation.ID, Repo: p.Repository.FullName, Work: work}
	if p.PullRequest != nil {
		d.Head, d.Before, d.Updated = p.PullRequest.Head.SHA, p.Before, p.PullRequest.UpdatedAt
	}
	if err := in.inbox.Accept(ctx, d); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	in.log.Info().Str("delivery", id).Str("event", event).Str("action", d.Action).Int64("installation", d.Installation).
		Str("repo", d.Repo).Msg("delivery accepted")
	return nil
}

// actionOf is a payload's action, empty where it has none. GitHub writes it first: most deliveries are of check runs' own
// coming and going and ask for nothing, and the rest of them is not read.
func actionOf(body []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	var began [3]json.Token
	for i := range began {
		began[i], _ = d.Token() // an error shows as no token
	}
	if action, ok := began[2].(string); ok && began[0] == json.Delim('{') && began[1] == "action" {
		return action, nil
	}
	var p struct{ Action string }
	err := json.Unmarshal(body, &p)
	return p.Action, err
}

// Events lists the events that Sluice handles, by name.
func Events() []string {
	var names []string
	for name := range events {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
