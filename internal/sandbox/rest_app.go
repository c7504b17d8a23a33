package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Sandbox) getApp(*call) *reply { return ok(s.appShape()) }

func (s *Sandbox) listInstallations(c *call) *reply {
	all := slices.SortedFunc(maps.Values(s.installations), func(a, b *installation) int { return int(a.id - b.id) })
	return ok(list(paged(s, c, all), s.installationShape))
}

func (s *Sandbox) getInstallation(c *call) *reply {
	if in := s.installations[int64(c.number("installation_id"))]; in != nil {
		return ok(s.installationShape(in))
	}
	return notFound()
}

func (s *Sandbox) orgInstallation(c *call) *reply {
	if o := s.orgs[lower(c.params["org"])]; o != nil && o.installation != nil {
		return ok(s.installationShape(o.installation))
	}
	return notFound()
}

func (s *Sandbox) repoInstallation(c *call) *reply {
	o := s.orgs[lower(c.repo.owner.login)]
	if o == nil || o.installation == nil || !o.installation.covers(c.repo) {
		return notFound()
	}
	return ok(s.installationShape(o.installation))
}

func (s *Sandbox) rateLimit(c *call) *reply {
	core := obj{"limit": s.opts.RateLimit, "remaining": s.opts.RateLimit, "used": 0, "reset": s.now().Add(hour).Unix()}
	if in := c.token.in; in != nil {
		core["remaining"], core["used"], core["reset"] = max(s.opts.RateLimit-in.used, 0), min(in.used, s.opts.RateLimit), in.reset.Unix()
	}
	other := obj{"limit": 30, "remaining": 30, "used": 0, "reset": s.now().Unix()}
	return ok(obj{"rate": core, "resources": obj{"core": core, "search": other, "graphql": core}})
}

// listDeliveries pages by a cursor, newest first.
func (s *Sandbox) listDeliveries(c *call) *reply {
	s.hooks.mu.Lock()
	var sent []*Delivery
	for _, d := range slices.Backward(s.hooks.record) {
		if d.StatusCode != 0 && deliveryMatches(d, c.query.Get("status")) {
			sent = append(sent, d)
		}
	}
	s.hooks.mu.Unlock()
	from := 0
	if cursor, isCursor := strings.CutPrefix(c.query.Get("cursor"), "v1_"); isCursor {
		id, _ := strconv.ParseInt(cursor, 10, 64)
		from = slices.IndexFunc(sent, func(d *Delivery) bool { return d.ID == id })
		if from < 0 {
			return refuse(http.StatusUnprocessableEntity, "Invalid cursor")
		}
	}
	per := min(max(atoi(c.query.Get("per_page"), 30), 1), 100)
	until := min(from+per, len(sent))
	if until < len(sent) {
		q := c.r.URL.Query()
		q.Set("cursor", "v1_"+decimal(sent[until].ID))
		c.header.Set("Link", "<"+s.base+c.r.URL.Path+"?"+q.Encode()+`>; rel="next"`)
	}
	return ok(list(sent[from:until], s.deliveryShape))
}

func deliveryMatches(d *Delivery, status string) bool {
	switch status {
	case "success":
		return d.StatusCode/100 == 2
	case "failure":
		return d.StatusCode/100 != 2
	}
	return true
}

// deliveryShape is a "hook-delivery-item".
func (s *Sandbox) deliveryShape(d *Delivery) obj {
	o := obj{
		"id": d.ID, "guid": d.GUID, "delivered_at": stamp(d.At), "redelivery": d.Redelivery, "duration": float64(d.Took.Milliseconds()) / 1000,
		"status": d.Status, "status_code": d.StatusCode, "event": d.Event, "action": nil, "installation_id": d.Installation,
		"repository_id": nil, "throttled_at": nil,
	}
	if d.Action != "" {
		o["action"] = d.Action
	}
	if d.Repository != 0 {
		o["repository_id"] = d.Repository
	}
	return o
}

func (s *Sandbox) delivery(c *call) *Delivery {
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	for _, d := range s.hooks.record {
		if d.ID == int64(c.number("delivery_id")) && d.StatusCode != 0 {
			return d
		}
	}
	return nil
}

func (s *Sandbox) getDelivery(c *call) *reply {
	d := s.delivery(c)
	if d == nil {
		return notFound()
	}
	o := s.deliveryShape(d)
	o["url"] = s.hooks.url
	o["request"] = obj{"headers": s.headers(d), "payload": raw(d.Payload)}
	o["response"] = obj{"headers": obj{}, "payload": string(d.response)}
	return ok(o)
}

func (s *Sandbox) redeliver(c *call) *reply {
	d := s.delivery(c)
	if d == nil {
		return notFound()
	}
	s.again(d)
	return &reply{http.StatusAccepted, obj{}}
}
