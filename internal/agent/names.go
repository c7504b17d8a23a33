package agent

// Names are the slugs and the families that can be recognised: what a policy can name.
func (c *Catalog) Names() []string { return nil }
