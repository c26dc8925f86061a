"""One file of routes for each noun of the HTTP interface."""
