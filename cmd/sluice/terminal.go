package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// screen is what is known of where the output goes.
type screen struct {
	terminal bool
	color    bool
	width    int // columns; 0 in a pipe
}

// screenOf looks at w. NO_COLOR (no-color.org) and TERM=dumb take the colour off a terminal; a pipe never has any.
func screenOf(w io.Writer) screen {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return screen{}
	}
	s := screen{terminal: true, color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		s.width = width
	}
	return s
}
