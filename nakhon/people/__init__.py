"""people: organisations as a tree, their units and staff, persons and households, consent and the data-subject desk.

Chief verbs: create_unit, add_member, register_person, unmask_person, give_consent, receive_rights_request.
It is not: sign-in pages (``web``), cases, or any domain's own record of a person.
"""
