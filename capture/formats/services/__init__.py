"""The JSON of speech services, one file each: told apart by its structure, never by the file's name."""
