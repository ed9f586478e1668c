"""Takes files into registers: looks, suggests, tries, then works through the file in chunks that survive a killed worker.

Chief verbs: ``begin_import``, ``map_import``, ``confirm_import``, ``cancel_import``, ``undo_import``. What a file is belongs to
``reading``; what a record may hold to the register.
"""
