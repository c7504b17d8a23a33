package rig

import "golang.org/x/sys/unix"

// Fill has the process find its disk full until Empty: no file of its takes more than the first few bytes, so that what
// it writes is torn there and refused (EFBIG, from the bound on the size of files). Its log goes on.
func (s *Server) Fill() error { return s.bound(room) }

// Empty ends what Fill began.
func (s *Server) Empty() error { return s.bound(unix.RLIM_INFINITY) }

// room is less than a page of a database.
const room = 1000

func (s *Server) bound(bytes uint64) error {
	var limit unix.Rlimit
	if err := unix.Prlimit(s.cmd.Process.Pid, unix.RLIMIT_FSIZE, nil, &limit); err != nil {
		return err
	}
	limit.Cur = min(bytes, limit.Max)
	return unix.Prlimit(s.cmd.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil)
}
