package gate

// Work is what something that happened on GitHub asks for. The zero Work asks for nothing.
type Work struct {
	Pulls  []Target      `json:"pulls,omitempty"`  // look at these pull requests
	Groups []Group       `json:"groups,omitempty"` // look at these merge groups
	Repos  []RepoTarget  `json:"repos,omitempty"`  // look at every open pull request there
	Heads  []HeadTarget  `json:"heads,omitempty"`  // look at the open pull requests with this head commit
	Issues []IssueTarget `json:"issues,omitempty"`

	Installations []int64 `json:"installations,omitempty"` // look at every open pull request of every repository of these installations

	Gone []Group `json:"gone,omitempty"` // merge groups that are no more: forget them

	// Asked are corrections to be kept with the delivery, in one transaction, for the look at their pull requests that is
	// asked for beside them. They hold people's words, so no job carries them.
	Asked []Asked `json:"-"`
	// Administration is what somebody did to the installation, for the ledger alone.
	Administration []Administration `json:"-"`
}

// Administration is an act on an installation.
type Administration struct {
	Installation int64    `json:"installation"`
	Act          string   `json:"act"` // GitHub's words, "installation suspend"
	Repos        []string `json:"repos,omitempty"`
	By           string   `json:"-"` // login
}

// Empty reports whether nothing is asked for.
func (w *Work) Empty() bool {
	return len(w.Pulls)+len(w.Groups)+len(w.Repos)+len(w.Heads)+len(w.Issues)+len(w.Installations)+len(w.Gone)+len(w.Administration) == 0
}

// RepoTarget is a repository, and one of its branches where only the pull requests to that base are meant.
type RepoTarget struct {
	Installation int64  `json:"installation"`
	Repo         string `json:"repo"`
	Base         string `json:"base,omitempty"` // empty for every base
}

// HeadTarget is a commit: GitHub names no pull request in a check run's events where the head is in a fork.
type HeadTarget struct {
	Installation int64  `json:"installation"`
	Repo         string `json:"repo"`
	SHA          string `json:"sha"`
}

// IssueTarget is an issue that changed: every open pull request whose spec it is must be looked at again.
type IssueTarget struct {
	Installation int64  `json:"installation"`
	Repo         string `json:"repo"`
	Number       int    `json:"number"`
}

// Standing is where an open pull request stands: by its newest report, or by GitHub.
type Standing struct {
	Target
	Head     string   // the commit
	Base     string   // the branch that it is to go to
	Decision Decision // empty where GitHub says where it stands
}
