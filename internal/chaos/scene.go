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
	crowd    crowd

	kills     int
	apiGone   int // calls that met the API's outage
	departure time.Time
}

func begin(ctx context.Context, o *options) (s *scene, err error) {
	s = &scene{options: o}
	defer func() {
		if err != nil {
			err = s.end(err)
		}
	}()
	if s.folder, err = os.MkdirTemp("", "sluice-chaos-"); err != nil {
		return nil, err
	}
	if s.binary, err = rig.Build(ctx, s.folder); err != nil {
		return nil, err
	}
	if s.database, err = rig.NewDatabase(ctx, o.engine, s.folder); err != nil {
		return nil, err
	}
	s.box = sandbox.New(sandbox.Options{Permissions: rig.Permissions(), RateLimit: 1 << 20, Connections: 16})
	if err = s.box.Start(); err != nil {
		return nil, err
	}
	s.crowd = newCrowd(s.box, o)
	for i := range organisations {
		if err = rig.Populate(s.box, repoOf(i), fmt.Sprintf("org%d", i)); err != nil {
			return nil, err
		}
	}
	if s.door, err = rig.OpenDoor(ctx); err != nil {
		return nil, err
	}
	replicas := 1
	if o.engine == "postgres" {
		replicas = 2
	}
	for range replicas {
		server, err := s.start(ctx)
		if err != nil {
			return nil, err
		}
		s.servers = append(s.servers, server)
	}
	s.door.Lead(s.servers...)
	s.box.SetHookURL(s.door.Hook())
	return s, nil
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
