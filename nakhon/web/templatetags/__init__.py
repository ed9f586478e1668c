"""Template tags of the design system; ``nakhon`` is the one library that templates use."""
