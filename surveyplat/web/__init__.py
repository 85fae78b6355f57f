"""What every page shares: layout, the languages of the chrome, headers."""
