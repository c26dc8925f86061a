"""Every word of an item stands where its window says."""

from capture.item_windows import MOST, item_windows


def pieces(text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """A token a letter."""
    places = [(at, at + 1) for at, letter in enumerate(text) if not letter.isspace()]
    return [1000 + ord(text[begin]) for begin, _ in places], places


def test_words_have_their_first_and_last_token() -> None:
    said = ["We rang them.", "All came!"]
    (read,) = item_windows(said, [pieces(text) for text in said])
    words = [said[word.sentence][word.begin : word.end] for word in read.words]
    assert words == ["We", "rang", "them.", "All", "came!"]
    for word, first, last in zip(words, read.first, read.last, strict=True):
        assert "".join(chr(token - 1000) for token in read.tokens[first : last + 1]) == word
    assert [int(read.tokens[mark]) for mark in read.marks] == [102, 102]


def test_long_items_are_several_windows_and_no_sentence_is_cut_in_two() -> None:
    said = ["a" * 200, "b" * 200, "c" * 200, "d" * 900]
    read = item_windows(said, [pieces(text) for text in said])
    assert [list(each.sentences) for each in read] == [[0, 1], [2], [3]]
    assert all(len(each.tokens) <= MOST for each in read)
    assert {word.sentence for each in read for word in each.words} == {0, 1, 2, 3}


def test_nothing_is_no_window() -> None:
    assert item_windows([], []) == []
