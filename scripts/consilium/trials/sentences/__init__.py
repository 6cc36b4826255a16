"""What the free text of eligibility criteria asks for, sentence by sentence, by rules alone."""

from consilium.trials.sentences.lexicon import Lexicon, Word, read_lexicon
from consilium.trials.sentences.reading import Reading, read_criteria
from consilium.trials.sentences.splitting import Sentence, split_text

__all__ = [
    "Lexicon",
    "Reading",
    "Sentence",
    "Word",
    "read_criteria",
    "read_lexicon",
    "split_text",
]
