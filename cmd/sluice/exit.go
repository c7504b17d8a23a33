package main

import "fmt"

// The exit statuses. Lint's and explain's mistakes are the user's: exitUsage.
const (
	exitClosed = 1 // the gate is closed
	exitUsage  = 2 // usage, policy or input
	exitUnsure = 3 // waiting or unsure
)

// exitError ends the program with a status. Where err is nil everything that there is to say was said.
type exitError struct {
	code int
	err  error
}

// Error is the reason, or the status alone.
func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

// Unwrap is the reason.
func (e *exitError) Unwrap() error { return e.err }
