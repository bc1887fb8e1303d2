"""Back up and restore: the database and the uploaded files in one archive, with a manifest that proves both.

`archive` packs and unpacks, `stores` knows how each kind of database is copied, `making` and `restoring` put them together.
"""
