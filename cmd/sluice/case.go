package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// A case is a pull request that can be replayed, with the policy that governs it: a snapshot alone, or a report that
// carries one under "request".

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

// policiesOf are the layers as a case has them.
func policiesOf(layers []policy.Layer) []pull.Policy {
	var out []pull.Policy
	for _, l := range layers {
		out = append(out, pull.Policy{Layer: string(l.Name), Source: l.Source, Text: l.Text})
	}
	return out
}

// layersOf are the layers that a case has.
func layersOf(r *pull.Request) ([]policy.Layer, error) {
	var out []policy.Layer
	for _, p := range r.Policies {
		name := policy.LayerName(p.Layer)
		if name != policy.OrganisationLayer && name != policy.RepositoryLayer {
			return nil, fmt.Errorf("policies: no layer is named %q; the layers are %q and %q", p.Layer, policy.OrganisationLayer, policy.RepositoryLayer)
		}
		out = append(out, policy.Layer{Name: name, Source: p.Source, Text: p.Text})
	}
	return out, nil
}
