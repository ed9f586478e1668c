"""files: attachments. Owns their bytes, on disk or in a bucket, what they really are, previews, and links that expire.

Chief verbs: ``store_file``, ``attach_file``, ``remove_file``; questions: ``file_link``, ``open_file``, ``files_of``. It does not
know what a file is attached to: a room registers a ``guard`` for its own things. Types are found from bytes, never believed.
"""
