"""From a recording, a transcript or a journal entry to candidate knowledge."""
