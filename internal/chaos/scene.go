package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/sluicegate/sluice/internal/rig"
	"github.com/sluicegate/sluice/internal/sandbox"
)

// organisations are how many there are: a limit holds for one at a time.
const organisations = 6

// scene is everything that takes part.
type scene struct {
	*options
	folder   string
	binary   string
	database *rig.Database
	box      *sandbox.Sandbox
	door     *rig.Door
	servers  []*rig.Server
	log      rig.Log
	crowd    *crowd

	kills     int
	apiGone   int             // calls that met the API's outage
	full      map[string]bool // the deliveries that a full disk refused, by GUID
	unseen    int             // head commits that came while every server was dead and every delivery lost
	departure time.Time       // of the storm
	calmed    time.Duration   // how long it took from then until all was right

	back time.Time                  // when servers returned from the dark at last
	dark map[*subject]time.Duration // what moved in it, and how long after their return each had its check run
}

// begin sets the scene up. End it, whatever comes of it.
func (s *scene) begin(ctx context.Context) (err error) {
	if s.folder, err = os.MkdirTemp("", "sluice-chaos-"); err != nil {
		return err
	}
	if s.binary, err = rig.Build(ctx, s.folder); err != nil {
		return err
	}
	if s.database, err = rig.NewDatabase(ctx, s.engine, s.folder); err != nil {
		return err
	}
	s.box = sandbox.New(sandbox.Options{Permissions: rig.Permissions(), RateLimit: 1 << 20, Connections: 16})
	if err = s.box.Start(); err != nil {
		return err
	}
	s.crowd, s.full = newCrowd(s.box, s.options), map[string]bool{}
	for i := range organisations {
		if err = rig.Populate(s.box, repoOf(i), fmt.Sprintf("org%d", i)); err != nil {
			return err
		}
	}
	if s.door, err = rig.OpenDoor(ctx); err != nil {
		return err
	}
	replicas := 1
	if s.engine == "postgres" {
		replicas = 2
	}
	for range replicas {
		server, err := s.start(ctx)
		if err != nil {
			return err
		}
		s.servers = append(s.servers, server)
	}
	s.door.Lead(s.servers...)
	s.box.SetHookURL(s.door.Hook())
	return nil
}

func repoOf(i int) string { return fmt.Sprintf("org%d/app", i%organisations) }

func (s *scene) start(ctx context.Context) (*rig.Server, error) {
	return rig.Start(ctx, s.binary, rig.Environment(s.box, s.database.URL), &s.log)
}

// end stops everything. It answers err with what went wrong besides.
func (s *scene) end(err error) error {
	if s.door != nil {
		err = errors.Join(err, s.door.Close())
	}
	for _, server := range s.servers {
		err = errors.Join(err, server.Kill())
	}
	if s.box != nil {
		err = errors.Join(err, s.box.Close())
	}
	if s.database != nil {
		err = errors.Join(err, s.database.Close())
	}
	if s.options.log != "" {
		var text []byte
		for _, line := range s.log.Lines("") {
			text = append(text, line...)
		}
		err = errors.Join(err, os.WriteFile(s.options.log, text, 0o600))
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}
