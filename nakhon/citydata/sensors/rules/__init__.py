"""Pure decisions of the sensors: when a schedule's entries are due, and how a feed's answer is read."""
