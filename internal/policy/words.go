package policy

import "slices"

// Values lists the modes.
func (Mode) Values() []string { return []string{string(Observe), string(Enforce)} }

// Values lists the levels.
func (Level) Values() []string { return []string{string(Require), string(Warn), string(Off)} }

func (m Mode) looser(than Mode) bool { return m == Observe && than == Enforce }

func (l Level) looser(than Level) bool {
	strictness := []Level{"", Off, Warn, Require}
	return slices.Index(strictness, l) < slices.Index(strictness, than)
}
