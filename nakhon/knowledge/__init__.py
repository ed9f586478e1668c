"""knowledge: pure functions with a source and worked examples. No Django, no clock, no input or output.

Thai identity numbers, dates, words, places and office time live here; every rule names its source in its docstring.
"""
