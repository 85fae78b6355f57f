"""An event becomes an invited person."""
