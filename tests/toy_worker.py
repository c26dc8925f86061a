"""A worker process to be killed: says when it begins, works until nothing is left, says so.

usage: python -m tests.toy_worker HOME PAUSE LEASE
"""

import sys
import time
from pathlib import Path

from tests.toy_services import ToyServices, nap

if __name__ == "__main__":
    home, pause, lease = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    services = ToyServices(home, pause=nap(pause), lease=lease)
    worker = services.worker()
    worker.take_over()
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while services.queue.pending():
        if not worker.run_once():
            time.sleep(0.02)
    sys.stdout.write("done\n")
