"""How far the reader of the further transcripts (readings/) agrees with those who annotated the given ones.

Eight given transcripts were read again without their annotations: `python -m benchmarks.agreement`.
"""

import sys

from benchmarks.annotated import read_again, read_annotated
from benchmarks.machine import shared_data
from benchmarks.weighing import f_scores
from capture.marks import KINDS


def main() -> None:
    annotated = read_annotated(shared_data() / "extraction")
    given = {one.name: one for one in annotated}
    read = read_again(annotated)
    lines = ["| kind | items given | items read again | sentence F1 | item F1 |", "|---|--:|--:|--:|--:|"]
    for kind in KINDS:
        ours = [one.spans(kind) for one in read]
        theirs = [given[one.name].spans(kind) for one in read]
        sentences, items = f_scores(ours, theirs)
        counts = sum(map(len, theirs)), sum(map(len, ours))
        lines.append(f"| {kind} | {counts[0]} | {counts[1]} | {sentences:.2f} | {items:.2f} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
