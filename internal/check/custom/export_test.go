package custom

// Names are the variables and fields that an expression can name.
func Names() []string {
	var names []string
	for _, v := range variables {
		names = append(names, v.name)
	}
	for t := range structs {
		names = append(names, fieldsOf(t)...)
	}
	return names
}
