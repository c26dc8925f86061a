"""Finding and telling: from a question to people, their words and what they did."""
