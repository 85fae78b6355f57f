"""A finding becomes an action with an owner and a date."""
