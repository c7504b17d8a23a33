// Command generate writes config/schema.json, the JSON Schema of a policy file, from the types that decode it. It is
// run by "go generate" in config.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/sluicegate/sluice/internal/check/all"
)

func main() {
	text, err := Schema(all.Checks)
	if err == nil {
		err = os.WriteFile("schema.json", text, 0o644) //nolint:gosec // a file of the repository, for everybody
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// indented is a value as JSON that people can read in a diff.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}
