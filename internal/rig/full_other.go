//go:build !linux

package rig

import "errors"

// Fill is for Linux.
func (*Server) Fill() error {
	return errors.New("only Linux bounds the files of a process that runs: run this there")
}

// Empty is for Linux.
func (*Server) Empty() error { return nil }
