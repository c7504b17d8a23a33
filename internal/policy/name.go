package policy

// DefaultCheckName is the name of the gate's check run for a base branch, where no policy names another.
func DefaultCheckName(base string) string { return checkName("sluice: {base}", base) }
