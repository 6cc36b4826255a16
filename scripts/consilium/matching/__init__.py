"""From what was found in a patient and what is known to what can be said, and why."""
