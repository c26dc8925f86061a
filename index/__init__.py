"""Where knowledge is kept and can be found again."""
