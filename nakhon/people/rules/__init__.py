"""Pure decisions of the people room: no database, no clock."""
