package main

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/sluicegate/sluice/internal/pull"
)

// A case is a pull request that can be replayed: a snapshot alone, or a report that carries one under "request".

// carry puts r into a report's JSON.
func carry(report []byte, r *pull.Request) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(report, &fields); err != nil {
		return nil, err
	}
	var snapshot bytes.Buffer
	if err := pull.Encode(&snapshot, r); err != nil {
		return nil, err
	}
	fields["request"] = snapshot.Bytes()
	out, err := json.MarshalIndent(fields, "", "  ")
	return append(out, '\n'), err
}

// decodeCase reads a case.
func decodeCase(in io.Reader) (*pull.Request, error) {
	data, err := io.ReadAll(io.LimitReader(in, pull.MaxSnapshot+1))
	if err != nil {
		return nil, err
	}
	var report struct {
		Request json.RawMessage `json:"request"`
	}
	if json.Unmarshal(data, &report) == nil && report.Request != nil {
		data = report.Request
	}
	return pull.Decode(bytes.NewReader(data))
}
