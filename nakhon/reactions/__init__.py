"""reactions: when an event of one room, then a verb of another; all wiring between rooms, one small file each."""
