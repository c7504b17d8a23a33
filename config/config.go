// Package config carries the files beside it: the built-in policy, the example policies and the policy's JSON Schema.
package config

import "embed"

//go:generate go generate ../internal/check/all
//go:generate go run ./generate

// Default is the built-in policy, which lies below an organisation's and a repository's.
//
//go:embed default.yml
var Default string

// Schema is the JSON Schema of a policy file, generated from the Go types.
//
//go:embed schema.json
var Schema string

// Examples are policies to begin with, below "examples".
//
//go:embed examples/*.yml
var Examples embed.FS
