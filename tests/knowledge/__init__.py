"""Rules of the room knowledge against worked examples. No database is used."""
