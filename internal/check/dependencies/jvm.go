package dependencies

import (
	"regexp"
	"slices"
	"strings"
)

func pomXML(text string) (*listing, error) {
	top, err := fromXML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{own: top.value("groupId") + ":" + top.value("artifactId")}
	properties := map[string]string{}
	for _, p := range top.child("properties").nodes {
		properties[p.name] = strings.TrimSpace(p.text)
	}
	// A property is read once, without those in it: enough for a version, and it cannot go round in a circle.
	fill := func(s string) string {
		return property.ReplaceAllStringFunc(s, func(m string) string {
			if v, ok := properties[m[2:len(m)-1]]; ok {
				return v
			}
			return m
		})
	}
	group := func(n *node, usual string) string {
		if g := fill(n.value("groupId")); g != "" {
			return g
		}
		return usual
	}
	top.each("dependency", func(n *node, above []string) {
		e := entry{name: group(n, "") + ":" + fill(n.value("artifactId")), version: fill(n.value("version"))}
		if p := n.value("systemPath"); p != "" {
			e.source = pathAt(fill(p))
		}
		if !slices.Contains(above, "exclusions") {
			l.add(e)
		}
	})
	top.each("plugin", func(n *node, _ []string) {
		l.add(entry{name: group(n, "org.apache.maven.plugins") + ":" + fill(n.value("artifactId")), version: fill(n.value("version"))})
	})
	if p := top.child("parent"); p.name != "" {
		l.add(entry{name: p.value("groupId") + ":" + p.value("artifactId"), version: fill(p.value("version"))})
	}
	for _, kind := range []string{"repository", "pluginRepository", "mirror"} {
		top.each(kind, func(n *node, above []string) {
			if !slices.Contains(above, "distributionManagement") {
				l.set(registry, kind+" "+n.value("id"), fill(n.value("url")))
			}
		})
	}
	return l, nil
}

var property = regexp.MustCompile(`\$\{[^${}]*\}`)

var (
	gradleString = regexp.MustCompile(`["']([\w.-]+):([\w.-]+)(?::([^"'@]*))?(?:@\w+)?["']`)
	gradleParts  = regexp.MustCompile(`\bgroup\s*[:=]\s*["']([\w.-]+)["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']*)["'])?`)
	gradlePlugin = regexp.MustCompile(`\bid\s*\(?\s*["']([\w.-]+)["']\s*\)?\s+version\s+["']([^"']+)["']`)
	gradleURL    = regexp.MustCompile(`\b(?:url|setUrl)\s*(?:=|\()?\s*(?:uri\s*\()?\s*["']([^"']+)["']|\bmaven\s*\(\s*["']([^"']+)["']`)
	gradleUse    = regexp.MustCompile(`\b(?:api|implementation|compileOnly|runtimeOnly|testImplementation|testRuntimeOnly|testCompileOnly|androidTestImplementation|annotationProcessor|kapt|ksp|classpath|compile|testCompile|runtime|provided|developmentOnly|debugImplementation|releaseImplementation|platform|enforcedPlatform|force|module|add)\b`)
	gradleFiles  = regexp.MustCompile(`\b(?:files|fileTree)\s*\(\s*(?:dir\s*[:=]\s*)?["']([^"']+)["']`)
	gradlePublic = regexp.MustCompile(`\b(jcenter|mavenLocal)\s*\(\s*\)`)
)

// gradle looks for what asks for packages, line by line; it runs nothing.
func gradle(text string) (*listing, error) {
	l := &listing{}
	publishing := 0 // the depth of braces inside a block that says where to publish to
	for line := range strings.SplitSeq(withoutComments(text, "//"), "\n") {
		if strings.Contains(line, "publishing") && strings.Contains(line, "{") || publishing > 0 {
			publishing += strings.Count(line, "{") - strings.Count(line, "}")
			continue
		}
		gradleLine(l, line)
	}
	return l, nil
}

func gradleLine(l *listing, line string) {
	if m := gradleParts.FindStringSubmatch(line); m != nil {
		l.add(entry{name: m[1] + ":" + m[2], version: m[3]})
		return
	}
	if gradleUse.MatchString(line) {
		for _, m := range gradleString.FindAllStringSubmatch(line, -1) {
			l.add(entry{name: m[1] + ":" + m[2], version: m[3]})
		}
		for _, m := range gradleFiles.FindAllStringSubmatch(line, -1) {
			l.add(entry{name: m[1], source: pathAt(m[1])})
		}
	}
	if m := gradlePlugin.FindStringSubmatch(line); m != nil {
		l.add(entry{name: m[1], version: m[2], unlocked: true})
	}
	if m := gradleURL.FindStringSubmatch(line); m != nil {
		l.set(registry, "maven", m[1]+m[2])
	}
	if m := gradlePublic.FindStringSubmatch(line); m != nil {
		l.set(registry, m[1], m[1]+"()")
	}
}

func gradleLock(text string) (*listing, error) {
	l := &listing{}
	for line := range strings.SplitSeq(text, "\n") {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "=")
		if parts := strings.Split(line, ":"); len(parts) == 3 && line[0] != '#' {
			l.add(entry{name: parts[0] + ":" + parts[1], version: parts[2]})
		}
	}
	return l, nil
}

// versionCatalog reads libs.versions.toml.
func versionCatalog(text string) (*listing, error) {
	o, err := fromTOML(text)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	version := func(v any) string {
		if s, ok := v.(string); ok {
			return s
		}
		rich := asObject(v)
		if ref := rich.text("ref"); ref != "" {
			if s, ok := o.object("versions")[ref].(string); ok {
				return s
			}
			rich = o.object("versions", ref)
		}
		for _, key := range []string{"strictly", "require", "prefer"} {
			if s := rich.text(key); s != "" {
				return s
			}
		}
		return ""
	}
	for _, table := range []string{"libraries", "plugins"} {
		for _, alias := range o.object(table).keys() {
			v := o.object(table)[alias]
			if s, ok := v.(string); ok {
				parts := strings.Split(s, ":")
				l.add(entry{name: strings.Join(parts[:len(parts)-1], ":"), version: parts[len(parts)-1], unlocked: true})
				continue
			}
			lib := asObject(v)
			name := lib.text("module") + lib.text("id")
			if lib.text("group") != "" {
				name = lib.text("group") + ":" + lib.text("name")
			}
			l.add(entry{name: name, version: version(lib["version"]), unlocked: true})
		}
	}
	return l, nil
}
