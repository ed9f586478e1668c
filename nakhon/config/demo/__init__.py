"""The demonstration: the twelve model cities of the report as organisations, with a few invented people, labelled as such."""
