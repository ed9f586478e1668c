"""Gives a register's records out as files: small ones at once, large ones in the background, for a week.

Chief verb: ``begin_export``; questions: ``export_run``, ``export_file``. What somebody may not see on a page is in no file either:
protected properties never, places only as exact as the page shows them.
"""
