package sandbox

import "net/http"

func (s *Sandbox) page(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

func (s *Sandbox) front(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }
