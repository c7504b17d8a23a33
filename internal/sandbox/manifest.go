package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
)

// newApp takes an App's manifest from a browser and sends it back with a code (docs, "Registering a GitHub App from a
// manifest"). Where GitHub asks the owner first, the sandbox says yes.
func (s *Sandbox) newApp(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var manifest obj
	if err := json.Unmarshal([]byte(r.FormValue("manifest")), &manifest); err != nil {
		http.Error(w, "the manifest is no JSON object: "+err.Error(), http.StatusUnprocessableEntity)
		return
	}
	back, err := url.Parse(text(manifest["redirect_url"]))
	if text(manifest["url"]) == "" || err != nil || back.Host == "" {
		http.Error(w, "a manifest has a url, and a redirect_url to come back to", http.StatusUnprocessableEntity)
		return
	}
	code := random()
	s.mu.Lock()
	s.manifests[code] = manifest
	s.mu.Unlock()
	q := back.Query()
	q.Set("code", code)
	if state := r.URL.Query().Get("state"); state != "" {
		q.Set("state", state)
	}
	back.RawQuery = q.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// convert turns the code into the App's identity, once. The sandbox has one App: it gets the manifest's webhook address
// and keeps its own id, key and secret.
func (s *Sandbox) convert(c *call) *reply {
	manifest := s.manifests[c.params["code"]]
	if manifest == nil {
		return notFound()
	}
	delete(s.manifests, c.params["code"])
	if hook, is := manifest["hook_attributes"].(obj); is {
		s.hooks.mu.Lock()
		s.hooks.url = text(hook["url"])
		s.hooks.mu.Unlock()
		s.hooks.wake.Broadcast()
	}
	app := maps.Clone(s.appShape())
	app["client_id"], app["client_secret"] = "Iv1.sandbox", random()
	app["webhook_secret"], app["pem"] = s.opts.Secret, string(s.PrivateKey())
	return &reply{http.StatusCreated, app}
}
