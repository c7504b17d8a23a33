// Package github is the only one that speaks to GitHub.
//
// [NewHook] takes webhooks in and hands what they ask for to an [Inbox]. [Client] reads: it is a [gate.Reader], and
// lists what jobs and the sweep need. [Publisher] shows reports, each outward act once. The queries are in queries/,
// the permissions and events that all of this needs in permissions.go; app.yml is held against them.
//
// What goes wrong comes back as one of the types of errors.go, so that a job knows whether to wait, to try again or to
// give up. Words of a pull request, tokens and payloads are never logged.
package github
