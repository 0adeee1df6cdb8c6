package doors

// Files returns what the template includes beside infra/openapi.yaml, by file
// name: {door}.json for each front door but the default one, and
// rest-iam-policy.json, see [RoutesPolicy].
func Files() (map[string][]byte, error) {
	policy, err := RoutesPolicy()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"rest-iam-policy.json": policy}
	for _, door := range Names() {
		if door == RestLambda {
			continue
		}
		if files[door+".json"], err = Definition(door); err != nil {
			return nil, err
		}
	}
	return files, nil
}
