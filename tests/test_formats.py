"""Any file handed in as a transcript is read, or refused in one line that names it; what is written reads back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.formats.cues import Cue, spread
from capture.formats.encoding import MOST_BYTES, decode
from capture.formats.labels import voice, written
from capture.formats.project_json import read_project_json, to_json_dict, write_project_json
from capture.formats.registry import (
    READERS,
    SUFFIXES,
    is_transcript_name,
    read_document,
    read_transcript,
    sniff,
    write_transcript,
)
from models.errors import InputError, TranscriptError
from models.meeting import UNKNOWN_SPEAKER, Doubt, Source, Transcript, Turn, Word, word_offsets

SAMPLES = {
    ".vtt": "WEBVTT\n\nNOTE by us\n\n1\n00:01.000 --> 00:02.500 align:start\n<v Ann>2 &amp; 2</v>\n<v Bo>is</v>\n",
    ".srt": "1\n00:00:01,000 --> 00:00:02,500\nAnn: So it leaks.\n\n2\n00:00:03,000 --> 00:00:04,000\nBo: Where?\n",
    ".txt": "Ward round\n\n[00:01:02] Ann: So it leaks.\nBo (0:12): Where?\nAnn 00:02:01\nBelow the sink.\n",
    ".md": "---\nauthor: Ann\n---\n# The *leak*\n\nIt leaks.\n\n- why\n- so\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    ".json": json.dumps(
        {
            "meeting": "m-1",
            "turns": [
                {"speaker": "Ann", "text": "So it leaks.", "start": 1, "end": 2.5},
                {"speaker": "Bo", "text": "Where?", "words": [{"word": "Where?", "start": 3, "end": 3.4}]},
            ],
        }
    ),
}

SAMPLES[".TextGrid"] = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 9\ntiers? <exists>\nsize = 2\n'
    'item []:\nitem [1]:\nclass = "IntervalTier"\nname = "Ann"\nxmin = 0\nxmax = 9\nintervals: size = 1\n'
    'intervals [1]:\nxmin = 1.5\nxmax = 3\ntext = "So it leaks."\nitem [2]:\nclass = "IntervalTier"\nname = "Bo"\n'
    'xmin = 0\nxmax = 9\nintervals: size = 1\nintervals [1]:\nxmin = 3\nxmax = 4.25\ntext = "Where ""is"" it?"\n'
)

letters = st.characters(categories=("Lu", "Ll", "Lo"))
printable = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="<{")
plain_names = st.lists(st.text(letters, min_size=1, max_size=9), min_size=1, max_size=3).map(" ".join)
real_names = st.sampled_from(
    [
        "Doe, Jane [NHS]",
        "kofi (he/him)",
        "Priya N. | Leeds",
        "Siân O'Brien-Smith",
        "Dr. Hall",
        "+44 20 *** 1234",
        "zoë_2",
    ]
)
names = plain_names | real_names
texts = st.lists(st.text(printable, min_size=1, max_size=12), min_size=1, max_size=40).map(" ".join)
milliseconds = st.integers(min_value=0, max_value=360_000_000)


@st.composite
def timed_turns(draw: st.DrawFn, *, speaker: str) -> Turn:
    """With times to the millisecond, half of them with the words' own."""
    text = draw(texts)
    start, length = draw(milliseconds), draw(st.integers(min_value=1, max_value=600_000))
    cue = Cue(start=start / 1000, end=(start + length) / 1000, lines=(text,))
    words = next(iter(spread([(speaker, text)], cue=cue))).words if draw(st.booleans()) else ()
    return Turn(speaker=speaker, text=text, start=cue.start, end=cue.end, words=words)


@st.composite
def conversations(draw: st.DrawFn) -> Transcript:
    """Two or three people in turn, the first turn with times, the others with or without."""
    people = draw(st.lists(names, min_size=2, max_size=3, unique_by=str.casefold))
    speakers = [people[at % len(people)] for at in range(draw(st.integers(min_value=2, max_value=6)))]
    turns = [draw(timed_turns(speaker=speaker)) for speaker in speakers]
    untimed = draw(st.lists(st.booleans(), min_size=len(turns) - 1, max_size=len(turns) - 1))
    kept = [
        replace(turn, start=None, end=None, words=()) if without else turn
        for turn, without in zip(turns, [False, *untimed], strict=True)
    ]
    return Transcript(turns=tuple(kept))


seconds = st.none() | st.floats(min_value=0, max_value=9e6)
stored = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
filled = stored.map(str.strip).filter(bool)


@st.composite
def json_turns(draw: st.DrawFn) -> Turn:
    start, end = draw(seconds), draw(seconds)
    if start is not None and end is not None and end < start:
        start, end = end, start
    edges = st.tuples(st.floats(0, 9e6), st.floats(0, 9e6)).map(sorted)
    words = [
        Word(
            word=draw(filled),
            start=begin,
            end=past,
            probability=draw(st.none() | st.floats(0, 1)),
            doubt=draw(st.none() | st.sampled_from(Doubt)),
            corrected=draw(st.booleans()),
        )
        for begin, past in draw(st.lists(edges, max_size=3))
    ]
    return Turn(speaker=draw(filled), text=draw(stored), start=start, end=end, words=tuple(words))


json_transcripts = st.builds(
    Transcript,
    turns=st.lists(json_turns(), min_size=1, max_size=4)
    .map(tuple)
    .filter(lambda turns: any(turn.text.strip() for turn in turns)),
    meeting=st.none() | filled,
    title=st.none() | filled,
    date=st.none() | st.dates().map(str),
    community=st.none() | filled,
    organisation=st.none() | filled,
    language=st.none() | filled,
    duration=seconds,
)


# each example overwrites the one file; a busy machine is no failure
unhurried = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def told(transcript: Transcript) -> list[tuple[str, str, float | None, float | None]]:
    return [(turn.speaker, turn.text, turn.start, turn.end) for turn in transcript.turns]


@unhurried
@given(json_transcripts)
def test_json_keeps_everything(transcript: Transcript) -> None:
    text = decode(write_project_json(transcript).encode(), name="x.json")
    assert read_project_json(text, name="x.json") == transcript


@pytest.mark.parametrize("format", ["vtt", "srt", "txt", "md"])
@unhurried
@given(transcript=conversations())
def test_who_said_what_when_survives_writing_and_reading(format: str, transcript: Transcript) -> None:
    text = write_transcript(transcript, format)
    name = f"meeting.{format}"
    read = READERS[sniff(text, name=name)](text, name=name)
    assert as_kept_by(format, read) == as_kept_by(format, transcript)


def as_kept_by(format: str, transcript: Transcript) -> list[tuple[str, str, float | None, float | None]]:
    """Markdown is for people: it keeps when a turn begins, to the second."""
    if format != "md":
        return told(transcript)
    return [
        (speaker, text, None if start is None else float(int(start)), None)
        for speaker, text, start, _ in told(transcript)
    ]


@pytest.mark.parametrize("format", ["vtt", "srt", "txt", "md", "json"])
@unhurried
@given(
    transcript=conversations(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    space=st.sampled_from([" ", "\u00a0", "  ", "\t", "\n", "\u202f", "\u3000"]),
)
def test_no_encoding_line_end_or_odd_space_changes_who_said_what(
    format: str, transcript: Transcript, encoding: str, line_end: str, space: str, tmp_path: Path
) -> None:
    path = tmp_path / f"meeting.{format}"
    turns = (
        replace(turn, speaker=turn.speaker.replace(" ", space), text=turn.text.replace(" ", space))
        for turn in transcript.turns
    )
    text = write_transcript(Transcript(turns=tuple(turns)), format)
    path.write_bytes(text.replace("\n", line_end).encode(encoding))
    read = read_transcript(path, name=path.name)
    said = [(turn.speaker.split(), turn.text.split()) for turn in read.turns]
    assert said == [(turn.speaker.split(), turn.text.split()) for turn in transcript.turns]


@unhurried
@given(name=stored, text=texts)
def test_any_name_is_written_as_one_that_reads_back(name: str, text: str) -> None:
    turns = (Turn(speaker=name, text=text, start=1.0, end=2.0), Turn(speaker="Bo", text="So"))
    for format, label in {"vtt": voice(name), **dict.fromkeys(("srt", "txt", "md"), written(name))}.items():
        document = write_transcript(Transcript(turns=turns), format)
        first = READERS[sniff(document, name=f"a.{format}")](document, name=f"a.{format}").turns[0]
        assert (first.speaker, first.text) == (label, text), format


@pytest.mark.parametrize("format", ["vtt", "txt", "md"])
@unhurried
@given(text=st.text(st.sampled_from("<>&{}[]()*_#|`\\/'\"!;:.-=+~^$0aB \u00e9"), min_size=1).filter(str.strip))
def test_signs_that_formats_use_are_kept_as_words(format: str, text: str) -> None:
    turns = (
        Turn(speaker="Ann Lee", text=text, start=1.0, end=2.0),
        Turn(speaker="Bo", text="So", start=2.0, end=3.0),
    )
    document = write_transcript(Transcript(turns=turns), format)
    read = READERS[sniff(document, name=f"a.{format}")](document, name=f"a.{format}")
    assert [turn.text for turn in read.turns] == [" ".join(text.split()), "So"]


def read_or_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        transcript = read_transcript(path, name=path.name)
    except TranscriptError as error:
        assert str(error).startswith(path.name)
        assert "\n" not in str(error)
        return
    assert any(turn.text.strip() for turn in transcript.turns)
    for turn in transcript.turns:
        assert turn.speaker.strip()
        assert turn.start is None or turn.end is None or turn.start <= turn.end
        if path.suffix != ".json" and turn.words:
            assert turn.text == " ".join(word.word for word in turn.words)
            assert all(begin < end for begin, end in word_offsets(turn))
    json.dumps(to_json_dict(transcript), allow_nan=False).encode()


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@unhurried
@given(content=st.binary(max_size=300))
def test_no_bytes_break_a_reader(suffix: str, content: bytes, tmp_path: Path) -> None:
    read_or_refused(tmp_path / f"bytes{suffix}", content)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@unhurried
@given(content=st.text(st.sampled_from("\n\n\n 0123:.,->[](){}<v>/\"'abA*_#|`\\!&;\ud800\u00a0-:"), max_size=200))
def test_no_play_with_the_formats_own_signs_breaks_a_reader(suffix: str, content: str, tmp_path: Path) -> None:
    read_or_refused(tmp_path / f"signs{suffix}", content.encode("utf-8", "surrogatepass"))


@st.composite
def mutations(draw: st.DrawFn, *, sample: bytes) -> bytes:
    """The sample with a few stretches cut out, doubled or overwritten."""
    content = sample
    for _ in range(draw(st.integers(min_value=1, max_value=5))):
        first, past = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
        content = (
            content[:first]
            + draw(st.sampled_from([b"", content[first:past] * 2]) | st.binary(max_size=8))
            + content[past:]
        )
    return content


@pytest.mark.parametrize("suffix", SAMPLES)
@unhurried
@given(data=st.data())
def test_no_damage_to_a_good_file_breaks_its_reader(suffix: str, data: st.DataObject, tmp_path: Path) -> None:
    read_or_refused(tmp_path / f"damaged{suffix}", data.draw(mutations(sample=SAMPLES[suffix].encode())))


@pytest.mark.parametrize("suffix", SAMPLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_a_file_reads_the_same_in_every_encoding_and_with_any_line_ends(
    suffix: str, encoding: str, tmp_path: Path
) -> None:
    sample = SAMPLES[suffix].replace("So it", "It\u2019s d\u00e9j\u00e0\u00a0vu: it")
    plain, encoded = tmp_path / f"plain{suffix}", tmp_path / f"encoded{suffix}"
    plain.write_bytes(sample.encode())
    encoded.write_bytes(sample.replace("\n", "\r\n").encode(encoding))
    assert read_document(encoded, name=encoded.name) == read_document(plain, name=plain.name)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.vtt", b"", "empty"),
        ("a.vtt", b" \n\n", "empty"),
        ("a.vtt", b"\x00\x00\x00\x18ftypmp42\x00\x01\x02" * 50, "not a text file"),
        ("a.vtt", b"WEBVTT\n\n", "no cue with words"),
        ("a.srt", b"nothing here", "no cue with words"),
        ("a.json", b'{"turns": []}', "no words in its turns"),
        ("a.json", b'{"results": {}}', "no transcript of ours"),
        ("a.json", b"[1, 2]", "no transcript of ours"),
        ("a.json", b'{"turns": [{"speaker": "Ann"}]}', "turn 0 has no text"),
        ("a.json", b'{"turns": [', "broken JSON (line 1)"),
        ("a.json", b"[" * 100_000, "broken JSON"),
        ("a.md", b"# Only a heading\n", "no words below its heading"),
        ("a.md", b"x" * 500_000, "split it into entries"),
        ("a.docx", b"PK later", "not a Word document"),
        ("a.odt", b"PK later", "not known as a transcript"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line_with_the_way_out(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "stored-under-another-name"
    path.write_bytes(content)
    with pytest.raises(TranscriptError, match=rf"^{name}: .*[;:] ") as refused:
        read_transcript(path, name=name)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_and_one_far_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match=r"^gone\.vtt: cannot be opened \(No such file"):
        read_transcript(tmp_path / "gone.vtt", name="gone.vtt")
    huge = tmp_path / "huge.vtt"
    with huge.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(TranscriptError, match=r"^huge\.vtt: larger than 50 MB"):
        read_transcript(huge, name="huge.vtt")


def test_json_keeps_places_and_offsets_and_passes_over_what_it_does_not_know() -> None:
    text = (
        '{"meeting": 12, "domain": "x", "queries": [], "date": "2026-05-01T09:00", "turns": ['
        '{"speaker": "Ann", "text": " two  spaces", "mood": 1,"start": 9, "end": 3, "words": [{"word": "two"}, 7]},'
        '{"speaker": null, "text": ""}, {"speaker": "Bo", "text": "a\\u0000b\\ud800", "start": NaN, "end": 1e999}]}'
    )
    transcript = read_project_json(text, name="a.json")
    assert (transcript.meeting, transcript.date) == ("12", "2026-05-01")
    assert told(transcript) == [
        ("Ann", " two  spaces", None, None),
        (UNKNOWN_SPEAKER, "", None, None),
        ("Bo", "a\ufffdb\ufffd", None, None),
    ]
    assert transcript.turns[0].words == ()


def test_a_text_file_that_holds_another_format_is_read_as_that(tmp_path: Path) -> None:
    for suffix in (".vtt", ".srt", ".json"):
        path = tmp_path / "meeting.txt"
        path.write_text(SAMPLES[suffix], encoding="utf-8")
        assert [turn.speaker for turn in read_transcript(path, name="meeting.txt").turns] == ["Ann", "Bo"], suffix


def test_a_conversation_and_an_entry_are_told_apart(tmp_path: Path) -> None:
    for suffix, source in {".txt": Source.TRANSCRIPT, ".md": Source.JOURNAL, ".json": Source.TRANSCRIPT}.items():
        path = tmp_path / f"a{suffix}"
        path.write_text(SAMPLES[suffix], encoding="utf-8")
        assert read_document(path, name=path.name)[0] is source, suffix


def test_names_of_transcripts_are_known_from_names_of_recordings() -> None:
    assert is_transcript_name("Call.VTT")
    assert is_transcript_name("notes/visit.md")
    assert not is_transcript_name("call.mp4")
    assert not is_transcript_name("README")


def test_writing_subtitles_needs_times_and_a_known_format() -> None:
    transcript = Transcript(turns=(Turn(speaker="Ann", text="Hello"),))
    with pytest.raises(InputError, match="needs times"):
        write_transcript(transcript, "srt")
    with pytest.raises(InputError, match="choose one of json, vtt, srt, txt, md"):
        write_transcript(transcript, "docx")
    assert write_transcript(transcript, "txt") == "Ann: Hello\n"
