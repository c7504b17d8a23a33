package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/sluicegate/sluice/config"
	"github.com/sluicegate/sluice/internal/check"
)

// option is one option of a check as "sluice explain" shows it.
type option struct {
	name  string
	value string // its default, as a policy would write it
	about string // a sentence
}

// schema is the part of the policy's JSON Schema that describes the options.
type schema struct {
	Properties  members         `json:"properties"`
	Description string          `json:"description"`
	Default     json.RawMessage `json:"default"`
}

// members are properties in the order in which the schema has them, which is the order of the Go fields.
type members []struct {
	name string
	schema
}

// UnmarshalJSON reads an object and keeps the order of its keys.
func (m *members) UnmarshalJSON(text []byte) error {
	var values map[string]schema
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	names, err := keys(text)
	for _, name := range names {
		*m = append(*m, struct {
			name string
			schema
		}{name, values[name]})
	}
	return err
}

func (m members) find(name string) schema {
	for _, s := range m {
		if s.name == name {
			return s.schema
		}
	}
	return schema{}
}

// optionsOf are the options of a check with what the schema says of them, the level left out.
func optionsOf(c *check.Check) ([]option, error) {
	var file schema
	if err := json.Unmarshal([]byte(config.Schema), &file); err != nil {
		return nil, fmt.Errorf("the policy's schema: %w", err)
	}
	var options []option
	for _, p := range file.Properties.find("checks").Properties.find(c.Name).Properties {
		if p.name == "level" {
			continue
		}
		options = append(options, option{p.name, string(compact(p.Default)), p.Description})
	}
	return options, nil
}

// keys are an object's keys in their order.
func keys(object []byte) ([]string, error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	var names []string
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		names = append(names, fmt.Sprint(name))
	}
	return names, nil
}

// compact is a JSON value in one line, which is YAML too.
func compact(value json.RawMessage) []byte {
	var b bytes.Buffer
	if len(value) == 0 || json.Compact(&b, value) != nil {
		return []byte("(none)")
	}
	return bytes.ReplaceAll(b.Bytes(), []byte(`","`), []byte(`", "`))
}
