package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// plain makes a table of columns alone, without lines, with the headers as they are written.
func plain(t table.Writer) {
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	t.Style().Format.Footer = text.FormatDefault
}

// alignRight sets columns of numbers, from the first to the last, counted from 1.
func alignRight(t table.Writer, first, last int) {
	var columns []table.ColumnConfig
	for n := first; n <= last; n++ {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight, AlignFooter: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
}

// printTable prints t without spaces at the ends of lines.
func printTable(out io.Writer, t table.Writer) {
	for line := range strings.Lines(t.Render() + "\n") {
		fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
}
