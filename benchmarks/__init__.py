"""Every figure that Commonlore claims, one command each."""
