package claims

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/kind"
)

// object is something that a statement names.
type object struct {
	kind objectKind
	text string
}

type objectKind uint8

const (
	code  objectKind = iota // in back ticks
	plain                   // a path among the words
)

// longestPath bounds what is taken for a path, in bytes.
const longestPath = 256

var (
	pathShape = regexp.MustCompile(`^(?:\./|/)?[\w@.+\-()\[\]$~]+(?:/[\w@.+\-()\[\]$~*{},…]+)*/?$`)
	lineMark  = regexp.MustCompile(`(?::\d+(?:[:-]\d+)?|#L\d+(?:-L?\d+)?)$`)
	// fileExts are extensions of text files that [kind] gives no language.
	fileExts = wordSet(`.md .mdx .rst .adoc .txt .json .jsonc .json5 .yml .yaml .toml .xml .html .htm .css .scss .sass .less .ini .cfg .conf .properties
		.lock .mod .sum .proto .graphql .gql .csproj .sln .gradle .svg .png .jpg .gif .ico .csv .tsv .env .tmpl .tpl .hbs .ejs .erb .haml
		.jinja .j2 .njk .liquid .twig .prisma .hcl .tfvars .nix .bicep .snap .golden .txtar .plist .xib .storyboard .resx .xaml .mdc .cmake .mk .bazel .bzl .feature`)
	// wholeNames are files that are known without an extension.
	wholeNames = wordSet(`makefile dockerfile jenkinsfile gemfile rakefile procfile vagrantfile license codeowners justfile go.mod go.sum
		.gitignore .dockerignore .editorconfig .npmrc .nvmrc .prettierrc .eslintrc .env.example .gitattributes`)
	// products have names like files'.
	products = wordSet(`node.js next.js vue.js nuxt.js three.js d3.js express.js react.js chart.js ember.js backbone.js alpine.js p5.js discord.js
		socket.io moment.js require.js angular.js deno.ts nest.js ember.ts day.js video.js plotly.js tensorflow.js fabric.js paper.js pdf.js
		asp.net vb.net electron.js solid.js gatsby.js eleventy.js knockout.js bull.js cal.com draw.io engine.io babylon.js math.js`)
)

// pathWord takes a word apart where it is a path: what stands before it, the path, and what stands behind.
func pathWord(word string) (before, path, after string) {
	if len(word) < 3 || len(word) > longestPath || !strings.ContainsAny(word, "./") && !wholeNames[strings.ToLower(strings.Trim(word, "(),:;*_"))] || strings.Contains(word, "://") {
		return word, "", ""
	}
	rest := strings.TrimLeft(word, "(*_'\"<,")
	before = word[:len(word)-len(rest)]
	trimmed := strings.TrimRight(rest, ")*_'\">,;:.!?")
	if strings.Count(trimmed, "(") > strings.Count(trimmed, ")") && strings.HasPrefix(rest[len(trimmed):], ")") {
		trimmed = rest[:len(trimmed)+1]
	}
	if isFile(trimmed) || strings.Count(trimmed, "/") > 1 && strings.HasSuffix(trimmed, "/") && isDir(trimmed) {
		return before, trimmed, rest[len(trimmed):]
	}
	return word, "", ""
}

// isFile reports whether a word is a file's name: it ends as files do.
func isFile(word string) bool {
	p := lineMark.ReplaceAllString(word, "")
	if len(p) > longestPath || !pathShape.MatchString(p) || products[strings.ToLower(p)] || strings.Contains(p, "://") {
		return false
	}
	name := p[strings.LastIndexByte(p, '/')+1:]
	lower := strings.ToLower(name)
	if wholeNames[lower] {
		return true
	}
	dot := strings.LastIndexByte(lower, '.')
	if dot <= 0 || dot == len(lower)-1 {
		return false
	}
	ext := lower[dot:]
	// "e.g", "2.x": one letter is an extension only behind a name.
	return (fileExts[ext] || kind.Language(name) != "") && (dot > 1 || strings.Contains(p, "/"))
}

// isDir reports whether a word is a directory's path.
func isDir(word string) bool {
	return len(word) <= longestPath && strings.HasSuffix(word, "/") && pathShape.MatchString(word) && !strings.HasPrefix(word, "/")
}

// path is the path that an object names, "" where it names none.
func (o object) path() string {
	if o.kind == code && !isFile(o.text) && !isDir(o.text) {
		return ""
	}
	p := lineMark.ReplaceAllString(o.text, "")
	return strings.TrimPrefix(strings.TrimPrefix(p, "./"), "/")
}

// explicit reports whether the object can be nothing but a path of this repository: it has a directory, or an extension
// that attributes and products don't have.
func (o object) explicit() bool {
	p := o.path()
	if p == "" || strings.ContainsAny(p, "*{}…~$") || strings.Contains(p, "...") || strings.HasPrefix(p, "@") || strings.HasPrefix(p, "../") {
		return false
	}
	if strings.Contains(strings.TrimSuffix(p, "/"), "/") {
		first, _, _ := strings.Cut(p, "/")
		return !hostLike.MatchString(first)
	}
	switch lower := strings.ToLower(p); {
	case strings.HasSuffix(p, "/"):
		return false
	case wholeNames[lower]:
		return true
	default:
		return plainFile.MatchString(lower)
	}
}

var (
	hostLike  = regexp.MustCompile(`^[\w-]+\.(?:com|org|net|io|dev|app|in|ai|co|cloud)$`)
	plainFile = regexp.MustCompile(`^[\w-]+(?:[.-](?:test|spec|module|component|service|config|controller|stories|e2e|page|d))*\.(?:go|py|rs|rb|ts|tsx|jsx|java|kt|swift|php|cs|cpp|cc|md|mdx|rst|ya?ml|toml|vue|svelte|sql|proto|ex|exs|scala|tf|scss|dart)$`)
)

// symbol is the name that an object is, without its package or receiver; "" where it is no plain name of a program.
func (o object) symbol() string {
	if o.kind != code || len(o.text) > 120 {
		return ""
	}
	m := symbolShape.FindStringSubmatch(o.text)
	if m == nil || len(m[1]) < 3 || commonWords[strings.ToLower(m[1])] || isFile(o.text) {
		return ""
	}
	return m[1]
}

var (
	symbolShape = regexp.MustCompile(`^[@$&*]?(?:[A-Za-z_]\w*(?:\.|::|#|->|\\))*([A-Za-z_]\w*)[!?]?(?:\(\))?$`)
	commonWords = wordSet(`true false nil null none undefined void string int bool float number any object array list map set error self this super async await const
		let var func function class type interface struct enum return if else for while switch case default import export from package public private static get post put patch delete head options`)
)
