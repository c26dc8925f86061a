"""The command line as a process of its own, over toys that take their time.

usage: python -m tests.toy_command PAUSE ARGUMENT…
"""

import sys

from cli import session
from cli.main import main
from tests.toy_services import ToyServices, nap

if __name__ == "__main__":
    pause = float(sys.argv.pop(1))
    session.factory = lambda settings: ToyServices(settings.home, pause=nap(pause), lease=settings.lease)
    main()
