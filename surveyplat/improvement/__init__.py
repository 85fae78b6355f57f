"""A finding becomes an action with an owner and a date, and the next period says whether it worked."""
