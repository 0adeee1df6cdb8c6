package policy

// AllNames returns every scope and group that the rules name.
func AllNames(r Rules) []string {
	var names []string
	for _, rule := range r.rules {
		names = append(names, rule.name)
	}
	return names
}
