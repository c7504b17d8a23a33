package claims

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/markdown"
)

// table is one that is being read.
type table struct {
	files bool // its rows are files and what was done to them
}

var (
	fileColumn   = regexp.MustCompile(`(?i)^(?:files?|paths?|(?:changed|modified) files?|file (?:changed|path|name))$`)
	changeColumn = regexp.MustCompile(`(?i)^(?:changes?|changes? made|modifications?|what changed|what|change type|action|description of (?:the )?changes?|change description)$`)
)

// row takes in a line of a table. Only tables of files and their changes say anything that is a claim.
func (r *reader) row(line *markdown.Line) {
	cells := strings.Split(strings.Trim(strings.TrimSpace(line.Raw), "|"), "|")
	if len(cells) < 2 {
		return
	}
	first, second := bareCell(cells[0]), bareCell(cells[1])
	if r.table == nil {
		r.table = &table{files: fileColumn.MatchString(first) && changeColumn.MatchString(second)}
		return
	}
	o := object{kind: code, text: first}
	if !r.table.files || r.off || !isFile(first) || len(line.Raw) > longestStatement {
		return
	}
	r.all = append(r.all, statement{
		line: line.Number, objects: []object{o}, lead: "files changed:", heading: r.title,
		said: "`" + first + "`: " + second, text: string(firstObject) + " - " + strings.Map(public, strings.ToLower(second)),
	})
}

// bareCell is a cell without its emphasis.
func bareCell(cell string) string { return strings.Trim(strings.TrimSpace(cell), "`* ") }
