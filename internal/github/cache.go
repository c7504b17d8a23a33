package github

import (
	"container/list"
	"sync"
)

// cacheSize bounds what is kept of GitHub's answers, in bytes.
const cacheSize = 16 << 20

// cache keeps the answers used last, bounded by their bytes: httpcache's own grows with every address that was asked.
type cache struct {
	mu    sync.Mutex
	limit int
	room  int        // what is left of limit
	order *list.List // of *cached, the newest first
	at    map[string]*list.Element
}

type cached struct {
	key  string
	data []byte
}

func newCache(limit int) *cache {
	return &cache{limit: limit, room: limit, order: list.New(), at: map[string]*list.Element{}}
}

// section is the part of a name. Two names share nothing.
func (c *cache) section(name string) section { return section{c, name + "\n"} }

type section struct {
	*cache
	prefix string
}

func (s section) Get(key string) ([]byte, bool) { return s.get(s.prefix + key) }
func (s section) Set(key string, data []byte)   { s.set(s.prefix+key, data) }
func (s section) Delete(key string)             { s.delete(s.prefix + key) }

func (c *cache) get(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).data, true
}

func (c *cache) set(key string, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(key)
	if len(data) > c.limit/4 {
		return // one answer doesn't drive out the rest
	}
	c.at[key] = c.order.PushFront(&cached{key, data})
	c.room -= len(data)
	for c.room < 0 {
		c.drop(c.order.Back().Value.(*cached).key)
	}
}

func (c *cache) delete(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(key)
}

func (c *cache) drop(key string) {
	if e, ok := c.at[key]; ok {
		c.order.Remove(e)
		delete(c.at, key)
		c.room += len(e.Value.(*cached).data)
	}
}
