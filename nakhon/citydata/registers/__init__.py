"""registers: lists of things with properties, a place and a history, shaped by a definition that each city writes.

Chief verbs: ``add_record``, ``edit_record``, ``propose_change``; questions: ``find_records``, ``record_history``, ``tile``. What a register
holds is told by its JSON Schema; who sees it, by the definition's roles. It measures nothing: readings belong to ``sensors``.
"""
