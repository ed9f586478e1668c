"""The kinds of definition that registers own."""
