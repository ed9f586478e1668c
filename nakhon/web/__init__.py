"""The doors for people: the design system, the frames, the public pages, the citizen's portal and the staff console.

Chief parts: ``templates`` and ``static`` (the design system), ``templatetags.nakhon`` (its components),
``style_guide`` (the living page that shows them). It owns no tables and decides nothing; it asks and shows.
"""
