"""Questions to the people room."""
