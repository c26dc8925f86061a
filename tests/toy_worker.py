"""A worker process to be killed: says when it begins, works until nothing is left, says so.

Each window that it begins to listen to is a line of heard.txt, with its own number before it.

usage: python -m tests.toy_worker HOME PAUSE LEASE
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from capture.listening import Ears
from models.ports import Heard, Signal, Window
from tests.toy_services import ToyServices, ToyTranscriber, nap


class Witnessed(ToyTranscriber):
    """Leaves a line before each window."""

    def __init__(self, account: Path, *, pause: float) -> None:
        super().__init__(nap(pause))
        self.account = account

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        with self.account.open("a") as account:
            account.write(f"{os.getpid()} {window.start}\n")
        return super().transcribe(signal, window=window, language=language)


if __name__ == "__main__":
    home, pause, lease = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    services = ToyServices(home, pause=nap(pause), lease=lease)
    transcriber = Witnessed(home / "heard.txt", pause=pause)
    services.ears = Ears(transcriber=transcriber, diarizer=services.ears.diarizer)
    worker = services.worker()
    worker.take_over()
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while services.queue.pending():
        if not worker.run_once():
            time.sleep(0.02)
    sys.stdout.write("done\n")
