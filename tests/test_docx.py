"""Word documents: Teams' transcripts, plain ones, entries, and files made to do harm."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.formats.docx import MOST_MEMBERS, MOST_XML, read_docx
from capture.formats.registry import is_transcript_name, read_document
from models.errors import TranscriptError
from models.meeting import Source

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
MAIN = "word/document.xml"


def run(text: str) -> str:
    return (
        "<w:r><w:rPr><w:b/></w:rPr>" + "<w:br/>".join(f"<w:t>{line}</w:t>" for line in text.split("\n")) + "</w:r>"
    )


def paragraphs(*texts: str) -> str:
    return "".join(f'<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>{run(text)}</w:p>' for text in texts)


def document(body: str, *, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document xmlns:w="{WORD}" xmlns:mc="{MARKUP}">'
        f"<w:body>{body}</w:body></w:document>"
    ).encode()


def packed(
    path: Path, content: bytes, *, compression: int = zipfile.ZIP_DEFLATED, others: tuple[str, ...] = ()
) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(MAIN, content)
        for name in others:
            archive.writestr(name, b"x")
    return path


def told(path: Path) -> tuple[Source, str | None, str | None, list[tuple[str, str, float | None]]]:
    source, transcript = read_document(path, name=path.name)
    turns = [(turn.speaker, turn.text, turn.start) for turn in transcript.turns]
    return source, transcript.title, transcript.date, turns


def test_teams_transcript_keeps_names_and_times_and_what_teams_adds_is_nobodys_word(tmp_path: Path) -> None:
    body = paragraphs(
        "Falls team-20260105_100312-Meeting Recording",
        "5 January 2026, 10:03",
        "32m 5s",
        "Hall, Ann started transcription",
        "Hall, Ann   0:03\nIt leaks,\nall night.",
        "Unknown Speaker   0:12\nWhere?",
        "Hall, Ann   1:00:14\nBelow the sink.",
        "Hall, Ann stopped transcription",
    )
    assert told(packed(tmp_path / "call.docx", document(body))) == (
        Source.TRANSCRIPT,
        "Falls team-20260105_100312-Meeting Recording",
        "2026-01-05",
        [
            ("Hall, Ann", "It leaks, all night.", 3.0),
            ("Unknown", "Where?", 12.0),
            ("Hall, Ann", "Below the sink.", 3614.0),
        ],
    )


def test_older_teams_transcript_has_the_name_between_times_and_words(tmp_path: Path) -> None:
    cues = [("0:0:0.0", "0:0:2.50", "Ann Hall", "It leaks,"), ("0:0:2.50", "0:0:4.0", "Ann Hall", "all night.")]
    cues += [("0:0:5.0", "0:0:6.0", "Bo", "Where?"), ("0:0:7.0", "0:0:9.75", "Ann Hall", "Below the sink.")]
    body = paragraphs(*(f"{start} --&gt; {end}\n{name}\n{text}" for start, end, name, text in cues))
    assert told(packed(tmp_path / "call.docx", document(body)))[3] == [
        ("Ann Hall", "It leaks, all night.", 0.0),
        ("Bo", "Where?", 5.0),
        ("Ann Hall", "Below the sink.", 7.0),
    ]


def test_a_plain_document_is_a_conversation_or_an_entry(tmp_path: Path) -> None:
    call = packed(tmp_path / "call.docx", document(paragraphs("Ann: It leaks.", "Bo: Where?", "Ann: Below.")))
    assert told(call)[::3] == (
        Source.TRANSCRIPT,
        [("Ann", "It leaks.", None), ("Bo", "Where?", None), ("Ann", "Below.", None)],
    )
    entry = packed(
        tmp_path / "entry.docx", document(paragraphs("A wet night", "It leaked &amp; leaked.", "Nobody came."))
    )
    assert told(entry) == (
        Source.JOURNAL,
        "A wet night",
        None,
        [("Journal", "It leaked & leaked.", None), ("Journal", "Nobody came.", None)],
    )
    assert is_transcript_name("Minutes.DOCX")


def test_what_the_page_shows_is_read_once_and_what_was_struck_out_is_not(tmp_path: Path) -> None:
    shown = (
        f"<w:p>{run('one ')}<w:ins><w:r><w:t>two </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>not</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>not</w:t></w:r></w:moveFrom><w:hyperlink><w:r><w:t>three</w:t></w:r></w:hyperlink>"
        "<w:r><w:instrText>HYPERLINK</w:instrText><w:tab/><w:t>four</w:t></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{paragraphs('in a field')}</w:sdtContent></w:sdt>"
        f"<w:tbl><w:tr><w:tc>{paragraphs('left', 'below')}</w:tc><w:tc>{paragraphs('right')}</w:tc></w:tr></w:tbl>"
        f"<w:p><mc:AlternateContent><mc:Choice>{paragraphs('in a box')}</mc:Choice>"
        f"<mc:Fallback>{paragraphs('in a box')}</mc:Fallback></mc:AlternateContent>{run('after it')}</w:p>"
    )
    text = read_docx(packed(tmp_path / "a.docx", document(shown)), name="a.docx")
    assert text.split("\n\n") == ["one two three\tfour", "in a field", "left\tbelow\tright", "in a box", "after it"]


def test_strict_documents_and_those_with_a_numbered_part_are_read(tmp_path: Path) -> None:
    strict = document(paragraphs("Strict")).replace(
        WORD.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document2.xml", strict)
    assert read_docx(path, name="a.docx") == "Strict"


HARMFUL = {
    "packed tighter": document(paragraphs("word " * 3_000_000)),
    "larger than a transcript": document(paragraphs(*("a" * 9 for _ in range(10)))) + b" " * MOST_XML,
    "can be opened": document(paragraphs("&x;"), before='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "document that can be opened": document("<w:sdt>" * 300 + "</w:sdt>" * 300),
    "Word document that can be opened": document(paragraphs("It leaks"))[:-20],
    "no words in it": document("<w:p/>"),
}


@pytest.mark.parametrize("said", HARMFUL)
def test_documents_made_to_do_harm_are_refused_in_one_line(said: str, tmp_path: Path) -> None:
    packing = zipfile.ZIP_STORED if said.startswith("larger") else zipfile.ZIP_DEFLATED
    path = packed(tmp_path / "a.docx", HARMFUL[said], compression=packing)
    with pytest.raises(TranscriptError, match=f"^a.docx: .*{said}.*; (?:save|add) [^\n]*$"):
        read_docx(path, name="a.docx")


def test_entities_that_multiply_are_refused_before_they_do(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    content = document(paragraphs("&l9;"), before=f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>')
    with pytest.raises(TranscriptError, match="can be opened"):
        read_docx(packed(tmp_path / "a.docx", content), name="a.docx")


def test_zips_that_are_more_than_a_document_are_refused(tmp_path: Path) -> None:
    fine = document(paragraphs("It leaks"))
    for said, parts in (
        ("parts, which none has", tuple(f"part{at}" for at in range(MOST_MEMBERS))),
        ("would leave its folder", ("../../evil",)),
        ("would leave its folder", ("/etc/cron.d/evil",)),
    ):
        with pytest.raises(TranscriptError, match=said):
            read_docx(packed(tmp_path / "a.docx", fine, others=parts), name="a.docx")
    path = packed(tmp_path / "a.docx", fine, compression=zipfile.ZIP_BZIP2)
    with pytest.raises(TranscriptError, match="packed in a way Word does not use"):
        read_docx(path, name="a.docx")
    path.write_bytes(b"\xd0\xcf\x11\xe0 a document with a password")
    with pytest.raises(TranscriptError, match="without a password"):
        read_docx(path, name="a.docx")


def test_a_part_that_is_larger_than_it_declares_is_not_read_to_its_end(tmp_path: Path) -> None:
    content = document(paragraphs(*("It leaks" for _ in range(9000))))
    path = packed(tmp_path / "a.docx", content, compression=zipfile.ZIP_STORED)
    size = len(content).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(TranscriptError, match=r"^a\.docx: "):
        read_docx(path, name="a.docx")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), store=st.booleans())
def test_no_damage_to_a_document_breaks_its_reader(data: st.DataObject, store: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    packed(
        path,
        document(paragraphs("Ann: It leaks.")),
        compression=zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED,
    )
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    try:
        assert read_docx(path, name="a.docx")
    except TranscriptError as error:
        assert str(error).startswith("a.docx: ")
        assert "\n" not in str(error)
