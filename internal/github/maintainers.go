package github

import (
	"context"
	"errors"
	"fmt"

	gh "github.com/google/go-github/v62/github"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

var _ gate.Maintainers = (*Client)(nil)

// Maintains reports whether who is a person that may write to t's repository. The id counts: a login can be another's by
// now. GitHub says "write" of those who maintain, too (docs, "Get repository permissions for a user").
func (c *Client) Maintains(ctx context.Context, t gate.Target, who pull.Account) (bool, error) {
	owner, name, err := split(t.Repo)
	if err != nil || !login.MatchString(who.Login) {
		return false, err
	}
	var level *gh.RepositoryPermissionLevel
	err = c.installation(ctx, t.Installation, t.Repo, func(client *gh.Client) error {
		var err error
		level, _, err = client.Repositories.GetPermissionLevel(ctx, owner, name, who.Login)
		return err
	})
	var gone *Gone
	switch {
	case errors.As(err, &gone):
		return false, nil // nobody is called so any more
	case err != nil:
		return false, fmt.Errorf("permission of %s: %w", who.Login, err)
	}
	user := level.GetUser()
	if user.GetID() != who.ID || user.GetType() != string(pull.User) {
		return false, nil
	}
	return level.GetPermission() == "write" || level.GetPermission() == "admin", nil
}
