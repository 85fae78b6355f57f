"""Engine, the writer, tables and migration, for SQLite and PostgreSQL alike."""
