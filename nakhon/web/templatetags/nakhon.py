"""The design system's tag library: one name for templates, gathered from its four parts.

Settings make it a built-in, so templates need no ``{% load %}``. docs/design-system.md shows every tag.
"""

from __future__ import annotations

from django.template import Library

from nakhon.web.templatetags import nakhon_city, nakhon_forms, nakhon_text, nakhon_ui

register = Library()

for _part in (nakhon_text, nakhon_ui, nakhon_forms, nakhon_city):
    _twice = (register.tags.keys() & _part.register.tags.keys()) | (
        register.filters.keys() & _part.register.filters.keys()
    )
    if _twice:
        raise ImportError(f"Two parts of the tag library define the same name: {sorted(_twice)}")
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
