"""The kinds of definition that the sensors own: sensor and feed."""
