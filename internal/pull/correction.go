package pull

import "time"

// Correction is what a maintainer says of who wrote a pull request, against what its signs say. Whoever fills it in has
// made sure that they may: people with write access who are not behind the pull request.
type Correction struct {
	By     string    `json:"by"`               // login
	Agent  string    `json:"agent,omitempty"`  // its slug or family; empty for no agent
	Reason string    `json:"reason,omitempty"` // their words
	At     time.Time `json:"at,omitzero"`
}
