// Command sluice is the whole of Sluice: the server, the check on a clone, the classifier and the tools around them.
//
// All wiring is here: the packages of the edge don't know each other, this one joins them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// run executes a command line and returns the exit status. What went wrong is on standard error, once.
func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var exit *exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		if exit.err != nil {
			fmt.Fprintln(os.Stderr, "sluice:", exit.err)
		}
		return exit.code
	}
	fmt.Fprintln(os.Stderr, "sluice:", err)
	return exitUsage
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "sluice",
		Short: "The gate for pull requests written by AI coding agents",
		Long: `Sluice gates pull requests written by AI coding agents: it keeps them from reviewers until they can be
reviewed, then tells the reviewer where to look, and keeps a record of every decision.

Try it:        sluice demo
On a clone:    sluice check --base main`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newDemo(), newServe(), newCheck(), newClassify(), newLint(), newInit(), newExplain(), newLedger(), newMigrate())
	return root
}
