"""What a thing is: the domain in plain records and rules, without input or output."""
