"""Words of a text: what a word is, which words say nothing, and how far two texts share them."""
