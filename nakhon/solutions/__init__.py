"""solutions: folders of YAML that a city installs: read, checked, planned as a diff, applied as one, exported, removed."""
