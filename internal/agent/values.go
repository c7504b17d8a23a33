package agent

// Values lists the kinds of authorship, for whoever decodes or describes one.
func (Authorship) Values() []string {
	return []string{string(Autonomous), string(Assisted), string(Mixed), string(None)}
}

// Values lists the confidences, the surest first.
func (Confidence) Values() []string {
	return []string{string(Conclusive), string(Strong), string(Probable), string(Weak)}
}
