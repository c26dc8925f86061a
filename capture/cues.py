"""Cheap signs, beside its meaning, that a sentence tells of something: who speaks, how long, which words."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from capture.linguist import Sentence

Signs: TypeAlias = NDArray[np.float32]
"""Shape (sentences, signs)."""

_WORDS = (
    r"\b(?:i|me|my|i'm|i've|i'd)\b",
    r"\b(?:we|us|our|we're|we've|we'd)\b",
    r"\b(?:they|them|their|he|she|her|his)\b",
    r"\b(?:you|your)\b",
    r"\b(?:was|were|had|did|went|came|said|told|got|took|found|became|began|started|felt|tried|couldn't|didn't"
    r"|\w{3,}ed)\b",
    r"\b(?:will|would like|going to|shall|hope|intend|plan|looking to|next)\b",
    r"\b(?:not|no|never|none|without|lack\w*|\w+n't)\b",
    r"\b(?:but|however|although|though|unfortunately|whereas|despite)\b",
    r"\b(?:problem\w*|difficult\w*|challeng\w*|concern\w*|issue\w*|barrier\w*|risk\w*|struggl\w*|worr\w*|shortage\w*"
    r"|gap\w*|pressure\w*|impact\w*|hard|fear\w*|fail\w*|inadequate|insufficient|delay\w*|confus\w*|inconsisten\w*"
    r"|cannot|can't|unable)\b",
    r"\b(?:so that|in order to|ensure|support\w*|provid\w*|develop\w*|establish\w*|set up|introduc\w*|guidance"
    r"|protocol\w*|system|process|train\w*|weekly|daily|every|regular\w*|work\w* with|team\w*|meeting\w*|tool\w*"
    r"|approach|use[ds]?|using)\b",
    r"\b(?:when|then|after|before|day|week\w*|month\w*|night|later|eventually|first|until|once|january|february"
    r"|march|april|may|june|july|august|september|october|november|december|20\d\d)\b",
    r"\b(?:should|must|need\w*|recommend\w*|ought|important)\b",
    r"\b(?:because|since|therefore|as a result|meant|result\w*|led to|due to|so)\b",
    r"\b(?:i think|i mean|in my view|i believe|i feel|perhaps|maybe|probably)\b",
    r"\b(?:thank\w*|welcome|chair|minister|my lady|good morning|good afternoon|agenda|committee|question\w*|witness"
    r"|statement|paragraph|page|inquiry|members)\b",
    r"\b(?:for example|for instance|such as|like)\b",
    r"\d",
    r"\b(?:yes|no|yeah|okay|correct|right|indeed|sure)\b",
    r"\b(?:people|children|patients?|staff|parents?|families|pupils|teachers?|nurses?|doctors?|workers?|schools?"
    r"|hospitals?|users?|customers?|data)\b",
    r"\b(?:could|would|might|may)\b",
    r"--|\.\.\.",
)
_PATTERNS = tuple(re.compile(words, re.IGNORECASE) for words in _WORDS)
SIGNS = 18 + len(_PATTERNS)


class _Tally:
    """What is counted of one turn, or of all the turns of one speaker."""

    def __init__(self) -> None:
        self.speaker = ""
        self.sentences = self.words = self.asked = self.turns = 0
        self.ends_asking = False

    def hear(self, sentence: Sentence, *, begins: bool) -> None:
        self.speaker = sentence.speaker
        self.turns += begins
        self.sentences += 1
        self.words += len(sentence.text.split())
        self.asked += sentence.text.count("?")
        self.ends_asking = sentence.text.rstrip().endswith("?")


def signs(sentences: Sequence[Sentence]) -> Signs:
    """One row a sentence, in a meeting's order."""
    out = np.zeros((len(sentences), SIGNS), dtype=np.float32)
    turns, voices = _tallies(sentences)
    whole = sum(voice.words for voice in voices.values())
    place = 0
    for number, sentence in enumerate(sentences):
        place = place + 1 if number and sentences[number - 1].turn == sentence.turn else 0
        words = len(sentence.text.split())
        out[number] = [
            min(np.log1p(words), 5) / 3,
            words < 4,
            "?" in sentence.text,
            number / len(sentences),
            np.log1p(len(voices)) / 3,
            *_place_in_turn(place, turns[sentence.turn].sentences),
            *_voice(voices[sentence.speaker], whole=whole),
            *_around(turns, sentence),
            *(min(len(pattern.findall(sentence.text)), 4) / 2 for pattern in _PATTERNS),
        ]
    return out


def _tallies(sentences: Sequence[Sentence]) -> tuple[dict[int, _Tally], dict[str, _Tally]]:
    turns: dict[int, _Tally] = defaultdict(_Tally)
    voices: dict[str, _Tally] = defaultdict(_Tally)
    for sentence in sentences:
        begins = sentence.turn not in turns
        turns[sentence.turn].hear(sentence, begins=begins)
        voices[sentence.speaker].hear(sentence, begins=begins)
    return dict(turns), dict(voices)


def _place_in_turn(place: int, count: int) -> list[float]:
    left = count - 1 - place
    return [
        place / count,
        min(place, 10) / 10,
        min(left, 10) / 10,
        float(np.log1p(count)) / 3,
        place == 0,
        left == 0,
    ]


def _voice(voice: _Tally, *, whole: int) -> list[float]:
    """Who speaks much and asks little is a witness; who asks is in the chair."""
    return [
        voice.words / max(whole, 1),
        float(np.log1p(voice.words / voice.turns)) / 5,
        min(voice.asked / voice.turns, 2.0),
    ]


def _around(turns: dict[int, _Tally], sentence: Sentence) -> list[float]:
    """What the turns before and after are like."""
    nothing = _Tally()
    before, after = turns.get(sentence.turn - 1, nothing), turns.get(sentence.turn + 1, nothing)
    return [
        before.ends_asking,
        float(np.log1p(before.words)) / 5,
        float(np.log1p(after.words)) / 5,
        turns.get(sentence.turn - 2, nothing).speaker == sentence.speaker,
    ]
