package dependencies

import "strings"

// npmrc reads .npmrc, .yarnrc and bunfig.toml as far as they say where packages come from or that scripts run.
func npmrc(text string) (*listing, error) {
	l := &listing{}
	eachSetting(text, func(_, key, value string) {
		key = strings.Trim(key, `"`)
		switch {
		case key == "registry" || strings.HasSuffix(key, ":registry") || strings.HasPrefix(key, "@"):
			l.set(registry, key, value)
		case key == "ignore-scripts" && value == "true", key == "enable-scripts" && value == "false":
			l.set(guard, key, value)
		case key == "enable-scripts" && value == "true",
			key == "dangerously-allow-all-builds" && value == "true":
			l.set(script, key, value)
		case key == "yarn-path" || key == "script-shell" || key == "node-options" || key == "git":
			l.set(script, key, value)
		case key == "strict-ssl" && value == "false":
			l.set(registry, key, value)
		}
	})
	return l, nil
}
