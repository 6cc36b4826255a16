"""What the free text of eligibility criteria asks for, sentence by sentence, by rules alone."""
