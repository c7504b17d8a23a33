package kind

// Language is the language that the file at path is written in, by its name alone: "Go", "TypeScript". It is "" for what
// is no programming language, and for a language that the table doesn't know.
func Language(p string) string { return split(p).lang }

// languageOfExt has the extensions of code. Markup, styles and data are no code: nobody tests them alone.
var languageOfExt = map[string]string{
	".go": "Go",
	".py": "Python", ".pyi": "Python", ".pyx": "Python", ".pxd": "Python", ".ipynb": "Python",
	".js": "JavaScript", ".jsx": "JavaScript", ".mjs": "JavaScript", ".cjs": "JavaScript",
	".ts": "TypeScript", ".tsx": "TypeScript", ".mts": "TypeScript", ".cts": "TypeScript",
	".vue": "Vue", ".svelte": "Svelte", ".astro": "Astro", ".coffee": "CoffeeScript",
	".java": "Java", ".kt": "Kotlin", ".kts": "Kotlin", ".groovy": "Groovy", ".scala": "Scala", ".sc": "Scala",
	".clj": "Clojure", ".cljs": "Clojure", ".cljc": "Clojure",
	".cs": "C#", ".fs": "F#", ".fsx": "F#", ".vb": "Visual Basic", ".razor": "C#", ".cshtml": "C#",
	".c": "C", ".h": "C",
	".cc": "C++", ".cpp": "C++", ".cxx": "C++", ".c++": "C++", ".hh": "C++", ".hpp": "C++", ".hxx": "C++", ".ipp": "C++",
	".inl": "C++", ".cu": "C++", ".cuh": "C++", ".ino": "C++",
	".m": "Objective-C", ".mm": "Objective-C",
	".rs": "Rust", ".zig": "Zig", ".nim": "Nim", ".d": "D",
	".rb": "Ruby", ".rake": "Ruby", ".php": "PHP", ".phtml": "PHP",
	".swift": "Swift", ".dart": "Dart",
	".ex": "Elixir", ".exs": "Elixir", ".erl": "Erlang", ".hrl": "Erlang", ".gleam": "Gleam",
	".sh": "Shell", ".bash": "Shell", ".zsh": "Shell", ".ksh": "Shell", ".fish": "Shell", ".bats": "Shell",
	".ps1": "PowerShell", ".psm1": "PowerShell", ".bat": "Batch", ".cmd": "Batch",
	".sql": "SQL", ".psql": "SQL", ".pgsql": "SQL", ".plsql": "SQL", ".pks": "SQL", ".pkb": "SQL",
	".tf": "Terraform", ".tofu": "Terraform", ".tftest.hcl": "Terraform", ".tftest.json": "Terraform", ".tofutest.hcl": "Terraform",
	".hs": "Haskell", ".lhs": "Haskell", ".ml": "OCaml", ".mli": "OCaml", ".elm": "Elm",
	".lua": "Lua", ".luau": "Lua", ".pl": "Perl", ".pm": "Perl", ".r": "R", ".jl": "Julia", ".cr": "Crystal",
	".sol": "Solidity", ".vy": "Vyper", ".move": "Move", ".cairo": "Cairo", ".rego": "Rego",
	".v": "Verilog", ".sv": "Verilog", ".vhd": "VHDL", ".vhdl": "VHDL",
	".f": "Fortran", ".f90": "Fortran", ".f95": "Fortran", ".cob": "COBOL", ".cbl": "COBOL", ".pas": "Pascal",
	".asm": "Assembly", ".s": "Assembly", ".wat": "WebAssembly", ".glsl": "GLSL", ".wgsl": "WGSL", ".metal": "Metal",
	".el": "Emacs Lisp", ".lisp": "Lisp", ".scm": "Scheme", ".rkt": "Racket", ".vim": "Vim script", ".gd": "GDScript",
}

// lineComment is what opens a comment to the end of the line, by language; "" where the table doesn't say.
var lineComment = map[string]string{
	"Go": "//", "JavaScript": "//", "TypeScript": "//", "Java": "//", "Kotlin": "//", "Groovy": "//", "Scala": "//",
	"C#": "//", "F#": "//", "C": "//", "C++": "//", "Objective-C": "//", "Rust": "//", "Zig": "//", "D": "//",
	"PHP": "//", "Swift": "//", "Dart": "//", "Gleam": "//", "Solidity": "//", "Verilog": "//",
	"Python": "#", "Ruby": "#", "Elixir": "#", "Shell": "#", "Terraform": "#", "PowerShell": "#", "Perl": "#", "R": "#",
	"Julia": "#", "Crystal": "#", "Nim": "#", "CoffeeScript": "#", "Rego": "#", "GDScript": "#",
	"SQL": "--", "Lua": "--", "Haskell": "--", "Elm": "--", "VHDL": "--",
	"Erlang": "%", "Clojure": ";", "Emacs Lisp": ";", "Lisp": ";", "Scheme": ";", "Racket": ";",
}

// LineComment is what opens a comment to the end of the line in a language of [Language], "" where that is not known.
func LineComment(language string) string { return lineComment[language] }

// indented are the languages in which the white space before a line means something.
var indented = map[string]bool{
	"Python": true, "CoffeeScript": true, "Haskell": true, "F#": true, "Elm": true, "Nim": true, "GDScript": true,
}

// Indented reports whether white space at the start of a line can change what a program does.
func Indented(language string) bool { return indented[language] }
