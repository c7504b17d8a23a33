// Package all lists every check. A new check is a folder beside this one, and "go generate" puts it here.
package all

//go:generate go run gen.go
