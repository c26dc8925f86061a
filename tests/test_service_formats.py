"""The JSON of speech services: who said what when, whatever each service calls it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.formats.json_document import SERVICES, read_json
from models.errors import TranscriptError
from models.meeting import UNKNOWN_SPEAKER, Doubt, Transcript, word_offsets

Told = tuple[str, str, float | None, float | None]
TOLD: list[Told] = [("Speaker 1", "It leaks, all night.", 1.0, 3.0), ("Speaker 2", "Where?", 3.5, 4.0)]
"""What each of the documents below says."""


def told(transcript: Transcript) -> list[Told]:
    return [(turn.speaker, turn.text, turn.start, turn.end) for turn in transcript.turns]


def read(document: Any) -> Transcript:
    return read_json(json.dumps(document), name="a.json")


WORDS = (
    ("It", 1.0, 1.2, 1),
    ("leaks,", 1.2, 2.0, 1),
    ("all", 2.0, 2.5, 1),
    ("night.", 2.5, 3.0, 1),
    ("Where?", 3.5, 4.0, 2),
)
BARE = [
    (word.rstrip(".,?"), word[len(word.rstrip(".,?")) :], start, end, voice) for word, start, end, voice in WORDS
]
SAID = (("It leaks, all night.", 1.0, 3.0, 1, WORDS[:4]), ("Where?", 3.5, 4.0, 2, WORDS[4:]))


def amazon_items(**speaker: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for word, mark, start, end, voice in BARE:
        said = {"alternatives": [{"content": word, "confidence": "0.99"}], "type": "pronunciation"}
        labels = {key: f"{value}{voice}" for key, value in speaker.items()}
        items.append({**said, "start_time": str(start), "end_time": str(end), **labels})
        if mark:
            items.append({"alternatives": [{"content": mark, "confidence": "0.0"}], "type": "punctuation"})
    return items


def amazon_beside() -> dict[str, Any]:
    segments = [
        {"speaker_label": str(voice), "items": [{"start_time": str(start), "speaker_label": str(voice)}]}
        for _, _, start, _, voice in BARE
    ]
    return {"results": {"items": amazon_items(), "speaker_labels": {"segments": segments}}}


def google(start: str, end: str, speaker: str, *, moment: Any) -> list[dict[str, Any]]:
    return [
        {"word": word, start: moment(begin), end: moment(past), speaker: voice}
        for word, begin, past, voice in WORDS
    ]


def parts(moment: float) -> dict[str, Any]:
    return {"seconds": str(int(moment)), "nanos": round(moment % 1 * 1e9)}


def azure_phrases() -> list[dict[str, Any]]:
    def timed(start: float, end: float) -> dict[str, float]:
        return {"offsetInTicks": start * 1e7, "durationInTicks": (end - start) * 1e7}

    return [
        {
            "channel": 0,
            "speaker": voice,
            **timed(start, end),
            "nBest": [
                {
                    "display": text,
                    "words": [
                        {"word": word.strip(".,?").lower(), **timed(begin, past)} for word, begin, past, _ in words
                    ],
                }
            ],
        }
        for text, start, end, voice, words in reversed(SAID)
    ]


def timed_words(text: str = "text", *, unit: float = 1, words: Any = WORDS, **more: Any) -> list[dict[str, Any]]:
    return [{text: word, "start": start * unit, "end": end * unit, **more} for word, start, end, _ in words]


def ints(words: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**word, "start": int(word["start"]), "end": int(word["end"])} for word in words]


DOCUMENTS: dict[str, Any] = {
    "the project": {
        "turns": [
            {"speaker": f"Speaker {voice}", "text": text, "start": s, "end": e} for text, s, e, voice, _ in SAID
        ]
    },
    "amazon": {"results": {"transcripts": [], "items": amazon_items(speaker_label="")}},
    "amazon, speakers beside": amazon_beside(),
    "amazon, bare items": amazon_items(speaker_label=""),
    "assemblyai": {
        "status": "completed",
        "language_code": "en_uk",
        "audio_duration": 5,
        "text": "It leaks, all night. Where?",
        "words": ints(timed_words(unit=1000)),
        "utterances": [
            {"speaker": str(voice), "text": text, "words": ints(timed_words(unit=1000, words=words))}
            for text, _, _, voice, words in SAID
        ],
    },
    "azure, batch": {"durationInTicks": 5e7, "recognizedPhrases": azure_phrases()},
    "azure, fast": {
        "durationMilliseconds": 5000,
        "phrases": [
            {
                "offsetMilliseconds": start * 1000,
                "durationMilliseconds": (end - start) * 1000,
                "text": text,
                "speaker": voice,
                "locale": "en-GB",
            }
            for text, start, end, voice, _ in SAID
        ],
    },
    "deepgram": {
        "metadata": {"duration": 5.0},
        "results": {
            "channels": [
                {
                    "alternatives": [
                        {
                            "transcript": "it leaks all night where",
                            "words": [
                                {"word": "x", "punctuated_word": word, "start": s, "end": e, "speaker": voice}
                                for word, s, e, voice in WORDS
                            ],
                        }
                    ]
                }
            ]
        },
    },
    "elevenlabs": {
        "language_code": "eng",
        "text": "",
        "words": [
            {"text": "(sigh)", "start": 0.0, "end": 0.5, "type": "audio_event", "speaker_id": "1"},
            *(
                piece
                for word, start, end, voice in WORDS
                for piece in (
                    {
                        "text": word,
                        "start": start,
                        "end": end,
                        "type": "word",
                        "speaker_id": str(voice),
                        "logprob": -0.1,
                    },
                    {"text": " ", "start": end, "end": end, "type": "spacing", "speaker_id": str(voice)},
                )
            ),
        ],
    },
    "gladia": {
        "result": {
            "transcription": {
                "languages": ["en"],
                "utterances": [
                    {
                        "text": text,
                        "start": start,
                        "end": end,
                        "speaker": voice,
                        "words": [{"word": f" {word}", "start": s, "end": e} for word, s, e, _ in words],
                    }
                    for text, start, end, voice, words in SAID
                ],
            }
        }
    },
    "google, speakers in a last result": {
        "results": [
            {
                "alternatives": [
                    {"transcript": "It leaks,", "words": google("startTime", "endTime", "x", moment=parts)[:2]}
                ]
            },
            {"alternatives": [{"words": google("startTime", "endTime", "speakerTag", moment=parts)}]},
        ]
    },
    "google, version 2": {
        "results": [
            {
                "alternatives": [
                    {
                        "transcript": "It leaks, all night. Where?",
                        "words": google("startOffset", "endOffset", "speakerLabel", moment=lambda at: f"{at}s"),
                    }
                ],
                "languageCode": "en-gb",
            }
        ]
    },
    "kaldi": {
        "retval": {
            "words": [
                {"word": bare.lower(), "punct": bare + mark, "start": start, "end": end, "confidence": 0.6}
                for bare, mark, start, end, _ in BARE
            ],
            "segmentation": {
                "segments": [
                    {"start": start, "duration": end - start - 0.3, "speaker": {"@id": str(voice)}}
                    for _, start, end, voice, _ in SAID
                ]
            },
        }
    },
    "rev": {
        "speakers": [{"id": 0, "name": "Speaker 1"}],
        "monologues": [
            {
                "speaker": voice - 1 if voice == 1 else 2,
                "elements": [
                    element
                    for bare, mark, start, end, owner in BARE
                    if owner == voice
                    for element in (
                        {"type": "text", "value": bare, "ts": start, "end_ts": end, "confidence": 1.0},
                        {"type": "punct", "value": f"{mark} "},
                    )
                ],
            }
            for voice in (1, 2)
        ],
    },
    "speechmatics": {
        "format": "2.9",
        "job": {"duration": 5},
        "results": [
            result
            for bare, mark, start, end, voice in BARE
            for result in (
                {
                    "type": "word",
                    "start_time": start,
                    "end_time": end,
                    "alternatives": [{"content": bare, "confidence": 0.9, "speaker": str(voice)}],
                },
                {
                    "type": "punctuation",
                    "attaches_to": "previous",
                    "start_time": end,
                    "end_time": end,
                    "alternatives": [{"content": mark, "confidence": 1.0, "speaker": str(voice)}],
                },
            )
        ],
    },
    "speechmatics, first version": {
        "job": {"lang": "en", "duration": 5},
        "speakers": [{"name": str(v), "time": str(s), "duration": str(e - s)} for _, s, e, v, _ in SAID],
        "words": [
            word
            for bare, mark, start, end, _ in BARE
            for word in (
                {"name": bare, "time": str(start), "duration": f"{end - start:.2f}", "confidence": "1.000"},
                {"name": mark, "time": str(end + 3), "duration": "0.1", "confidence": "0.9"},
            )
            if word["name"]
        ],
    },
    "watson": {
        "results": [
            {
                "final": True,
                "alternatives": [{"transcript": "x", "timestamps": [[word, s, e] for word, s, e, _ in WORDS]}],
            }
        ],
        "speaker_labels": [{"from": s, "to": e, "speaker": voice} for _, s, e, voice in WORDS],
    },
    "autoEdit 2": {
        "text": [
            {
                "speaker": str(voice),
                "paragraph": [{"line": [{"text": w, "startTime": s, "endTime": e} for w, s, e, _ in words]}],
            }
            for _, _, _, voice, words in SAID
        ]
    },
    "digital paper edit": {
        "words": timed_words(),
        "paragraphs": [{"start": start, "end": end, "speaker": str(voice)} for _, start, end, voice, _ in SAID],
    },
    "whisper with speakers (WhisperX)": {
        "segments": [
            {
                "start": start,
                "end": end,
                "text": f" {text}",
                "speaker": str(voice),
                "words": [
                    {**word, "score": 0.8, "speaker": str(voice)} for word in timed_words("word", words=words)
                ],
            }
            for text, start, end, voice, words in SAID
        ],
        "word_segments": [],
        "language": "en",
    },
    "whisper, an API that tells voices apart": {
        "segments": [
            {
                "type": "transcript.text.segment",
                "start": start,
                "end": end,
                "text": f" {text}",
                "speaker": f"Speaker {voice}",
            }
            for text, start, end, voice, _ in SAID
        ]
    },
    "whisper, Hugging Face": {
        "chunks": [{"timestamp": [1.0, None], "text": "not told apart"}],
        "speakers": [
            {"speaker": str(voice), "timestamp": [start, end], "text": f" {text}"}
            for text, start, end, voice, _ in SAID
        ],
    },
    "whisper.cpp": {
        "result": {"language": "en"},
        "transcription": [
            {"offsets": {"from": start * 1000, "to": end * 1000}, "text": f" {text}", "speaker": str(voice)}
            for text, start, end, voice, _ in SAID
        ],
    },
}


@pytest.mark.parametrize("service", DOCUMENTS)
def test_who_said_what_when_is_read_from_each_service(service: str) -> None:
    transcript = read(DOCUMENTS[service])
    assert told(transcript) == TOLD
    assert transcript.language in (None, "en")
    assert transcript.duration in (None, 5.0)
    for turn in transcript.turns:
        assert not turn.words or " ".join(word.word for word in turn.words) == turn.text


@pytest.mark.parametrize("service", DOCUMENTS)
def test_a_service_is_told_by_its_structure_by_one_reader_alone(service: str) -> None:
    document = json.loads(json.dumps(DOCUMENTS[service]))
    assert len([reader for reader in SERVICES if reader(document)]) == (service != "the project")


def test_times_of_words_are_the_services_own() -> None:
    for service in (
        "amazon",
        "azure, batch",
        "watson",
        "speechmatics, first version",
        "whisper with speakers (WhisperX)",
    ):
        words = read(DOCUMENTS[service]).turns[0].words
        assert [(word.word, word.start, word.end) for word in words] == [word[:3] for word in WORDS[:4]], service


def test_each_channel_is_a_voice() -> None:
    deepgram = {
        "results": {
            "channels": [
                {"alternatives": [{"words": [{"word": "Where?", "start": 3.5, "end": 4.0}]}]},
                {"alternatives": [{"words": timed_words("word", words=WORDS[:4])}]},
            ]
        }
    }
    amazon = {
        "results": {
            "items": amazon_items(),
            "channel_labels": {
                "channels": [
                    {"channel_label": "ch_0", "items": amazon_items()[-2:]},
                    {"channel_label": "ch_1", "items": amazon_items()[:-2]},
                ]
            },
        }
    }
    for document, label in ((deepgram, "Channel "), (amazon, "ch_")):
        speakers = [(f"{label}1", *TOLD[0][1:]), (f"{label}0", *TOLD[1][1:])]
        assert told(read(document)) == speakers


def test_pieces_of_words_become_words_with_their_punctuation() -> None:
    words = [(" An", 1.0, 1.2, 0.9), (" e", 1.2, 1.4, 0.8), ("-mail", 1.4, 1.8, 0.6), (".", 1.8, 1.9, 0.7)]
    segment = {
        "start": 1.0,
        "end": 1.9,
        "text": " An e-mail.",
        "words": [{"word": word, "start": s, "end": e, "probability": p} for word, s, e, p in words],
    }
    turn = read({"text": " An e-mail.", "segments": [segment], "language": "en"}).turns[0]
    assert [(word.word, word.start, word.end, word.probability) for word in turn.words] == [
        ("An", 1.0, 1.2, 0.9),
        ("e-mail.", 1.2, 1.9, 0.6),
    ]


def test_words_alone_take_their_punctuation_from_the_text() -> None:
    words = [{"word": bare.lower(), "start": start, "end": end} for bare, _, start, end, _ in BARE]
    (turn,) = read(
        {"task": "transcribe", "duration": 5, "text": "It leaks, all night. Where?", "words": words}
    ).turns
    assert [(word.word, word.start, word.end) for word in turn.words] == [word[:3] for word in WORDS]


def test_chinese_words_stand_without_spaces() -> None:
    words = [{"word": word, "start": at, "end": at + 1} for at, word in enumerate("水在漏。")]
    turn = read({"segments": [{"start": 0, "end": 4, "text": "水在漏。", "words": words}], "language": "zh"}).turns[
        0
    ]
    assert (turn.text, len(turn.words)) == ("水在漏。", 4)


def test_a_word_without_times_was_said_between_its_neighbours() -> None:
    words = [
        {"word": "In", "start": 1.0, "end": 1.5},
        {"word": "2014", "speaker": None},
        {"word": "too", "start": 2, "end": 3},
    ]
    turn = read(
        {"segments": [{"start": 1, "end": 3, "text": "In 2014 too", "speaker": "B", "words": words}]}
    ).turns[0]
    assert [(word.word, word.start, word.end) for word in turn.words] == [
        ("In", 1.0, 1.5),
        ("2014", 1.5, 2.0),
        ("too", 2.0, 3.0),
    ]


def test_no_word_is_lost_where_a_segment_and_its_words_disagree() -> None:
    words = [{"word": "twenty", "start": 1.0, "end": 2.0}]
    turn = read({"segments": [{"start": 1, "end": 3, "text": "20 of us", "words": words}]}).turns[0]
    assert (turn.text, [word.word for word in turn.words]) == ("20 of us", ["20", "of", "us"])
    assert (turn.start, turn.end) == (1.0, 3.0)


@pytest.mark.parametrize(
    ("figures", "doubt"),
    [
        ({"avg_logprob": -0.3, "compression_ratio": 1.4, "no_speech_prob": 0.9}, None),
        ({"avg_logprob": -1.2, "compression_ratio": 1.4, "no_speech_prob": 0.9}, Doubt.SILENCE),
        ({"avg_logprob": -1.2, "compression_ratio": 1.4, "no_speech_prob": 0.1}, Doubt.IMPROBABLE),
        ({"avg_logprob": -0.3, "compression_ratio": 2.9, "no_speech_prob": 0.1}, Doubt.LOOP),
        ({"compression_ratio": 2.9}, Doubt.LOOP),
        ({}, None),
    ],
)
def test_what_whisper_hardly_believed_itself_is_kept_and_marked(
    figures: dict[str, float], doubt: Doubt | None
) -> None:
    for words in ([], timed_words("word", words=WORDS[:4])):
        segment = {"start": 1.0, "end": 3.0, "text": "It leaks, all night.", "words": words, **figures}
        turn = read({"segments": [segment]}).turns[0]
        assert turn.text == "It leaks, all night."
        assert {word.doubt for word in turn.words} == {doubt}


def test_what_goes_round_in_circles_is_marked_across_segments() -> None:
    segments = [{"start": at, "end": at + 1, "text": "we are going to hack it,"} for at in range(5)]
    words = read({"segments": segments}).turns[0].words
    assert [word.doubt for word in words] == [None] * 6 + [Doubt.LOOP] * 24


def test_a_service_that_does_not_know_the_speaker_names_none() -> None:
    for label in ("UU", "Unknown Speaker", "Unnamed Speaker", "", None):
        segment = {"start": 0, "end": 1, "text": "Hello", "speaker": label}
        assert read({"segments": [segment]}).turns[0].speaker == UNKNOWN_SPEAKER


def test_a_result_without_words_and_json_that_is_no_transcript_are_refused() -> None:
    for document, said in (
        ({"segments": [{"start": 0, "end": 1, "text": " "}]}, "no words in it"),
        ({"retval": {"segmentation": {"segments": []}}}, "nor of a speech service known here"),
    ):
        with pytest.raises(TranscriptError, match=f"^a.json: .*{said}"):
            read(document)


junk: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 1e999])
    | st.text(max_size=5)
    | st.just([])
    | st.just({})
    | st.just([[]])
)


@st.composite
def damaged(draw: st.DrawFn, document: Any) -> Any:
    """The document with other things in some of its places."""
    if draw(st.integers(0, 12)) == 0:
        return draw(junk)
    if isinstance(document, dict):
        return {key: draw(damaged(value)) for key, value in document.items() if draw(st.integers(0, 15))}
    if isinstance(document, list):
        return [draw(damaged(value)) for value in document]
    return document


@pytest.mark.parametrize("service", DOCUMENTS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_document_breaks_its_reader(service: str, data: st.DataObject) -> None:
    try:
        transcript = read(data.draw(damaged(DOCUMENTS[service])))
    except TranscriptError as error:
        assert str(error).startswith("a.json: ")
        return
    for turn in transcript.turns:
        assert turn.speaker.strip()
        if service != "the project":
            assert turn.text.strip()
            assert all(begin < end for begin, end in word_offsets(turn))
            assert turn.start is None or turn.end is None or turn.start <= turn.end
