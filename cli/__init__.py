"""The command line: parse, call the services, print."""
