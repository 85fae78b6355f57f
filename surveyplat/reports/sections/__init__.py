"""One file a section: each takes the context and gives the section's blocks, or nothing when it has nothing to show."""
