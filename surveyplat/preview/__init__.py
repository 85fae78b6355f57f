"""A questionnaire to look at and to fill in, served by the real application on a database that is thrown away."""
