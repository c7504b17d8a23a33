package dependencies

import "strings"

// msbuild reads PackageReference and PackageVersion of project files and of Directory.Packages.props.
func msbuild(text string) (*listing, error) {
	top, err := fromXML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, kind := range []string{"PackageReference", "PackageVersion", "GlobalPackageReference", "PackageDownload"} {
		top.each(kind, func(n *node, _ []string) {
			name := n.attr("Include", "Update")
			version := n.attr("VersionOverride", "Version")
			if version == "" {
				version = n.value("Version")
			}
			l.add(entry{name: strings.ToLower(name), shown: name, version: version})
		})
	}
	for _, kind := range []string{"RestoreSources", "RestoreAdditionalProjectSources"} {
		top.each(kind, func(n *node, _ []string) {
			for s := range strings.SplitSeq(n.text, ";") {
				l.set(registry, kind, strings.TrimSpace(s))
			}
		})
	}
	return l, nil
}

func packagesConfig(text string) (*listing, error) {
	top, err := fromXML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, n := range top.nodes {
		name := n.attr("id")
		l.add(entry{name: strings.ToLower(name), shown: name, version: n.attr("version")})
	}
	return l, nil
}

func nugetConfig(text string) (*listing, error) {
	top, err := fromXML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, section := range []string{"packageSources", "disabledPackageSources"} {
		top.each(section, func(n *node, _ []string) {
			for _, c := range n.nodes {
				value := c.attr("value")
				if strings.EqualFold(c.name, "clear") {
					continue
				}
				l.set(registry, section+" "+c.attr("key"), value)
			}
		})
	}
	return l, nil
}

func packagesLock(text string) (*listing, error) {
	o, err := fromJSON(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, framework := range o.object("dependencies").keys() {
		deps := o.object("dependencies", framework)
		for _, name := range deps.keys() {
			p := deps.object(name)
			e := entry{name: strings.ToLower(name), shown: name, version: p.text("resolved"), indirect: !strings.EqualFold(p.text("type"), "Direct")}
			if hash := p.text("contentHash"); hash != "" {
				e.hashes = map[string]string{"": hash}
			}
			l.add(e)
		}
	}
	return l, nil
}

// paket reads paket.dependencies and paket.lock: "nuget NAME VERSION", "source ADDRESS", "github OWNER/REPO".
func paket(text string) (*listing, error) {
	l := &listing{}
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch fields[0] {
		case "nuget":
			l.add(entry{name: strings.ToLower(fields[1]), shown: fields[1], version: strings.Join(fields[2:], " ")})
		case "source":
			l.set(registry, "source", fields[1])
		case "github", "git", "http":
			s := gitAt(fields[1])
			if fields[0] == "github" {
				repo, _, _ := strings.Cut(fields[1], ":")
				s = source{fromGit, "github.com/" + strings.ToLower(repo)}
			}
			l.add(entry{name: fields[1], source: s})
		}
	}
	return l, nil
}

func paketLock(text string) (*listing, error) {
	l := &listing{}
	from := source{}
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if address, ok := strings.CutPrefix(trimmed, "remote: "); ok {
			from = registryAt(address)
			if hasAnyPrefix(line, "  remote") && !strings.Contains(address, "://") {
				from = source{fromGit, "github.com/" + strings.ToLower(address)}
			}
		}
		name, version, ok := strings.Cut(trimmed, " (")
		if indent := len(line) - len(strings.TrimLeft(line, " ")); ok && indent == 4 {
			version, _, _ = strings.Cut(version, ")")
			l.add(entry{name: strings.ToLower(name), shown: name, version: version, source: from})
		}
	}
	return l, nil
}
