package pull

import "time"

// Waiver is an exception that somebody signed: a check's failure costs nothing as long as the waiver holds. Whoever fills
// it in has made sure that they may.
type Waiver struct {
	Check  string    `json:"check"`
	By     string    `json:"by"`     // login
	Reason string    `json:"reason"` // their words
	At     time.Time `json:"at,omitzero"`
	Head   string    `json:"head"`            // the commit at which it was given
	Until  time.Time `json:"until,omitzero"`  // it outlasts the head until then; zero for that commit alone
	Marks  []string  `json:"marks,omitempty"` // of the findings that it waives
	URL    string    `json:"url,omitempty"`   // where it was said
}
