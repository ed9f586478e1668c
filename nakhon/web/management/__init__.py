"""Commands of the web doors."""
