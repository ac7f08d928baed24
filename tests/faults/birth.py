"""Where processes of the bot are born quickly: a process that has imported everything and forks.

`python -m tests.faults.birth` reads one `Spec` a line, and answers with the child's number, the
steps that the child tells, and its end. A child is a process of its own in all that counts here:
its memory, its sockets and its locks end with it, at once and without a word, when it is killed.
"""

from __future__ import annotations

import os
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(live: Callable[[str], None]) -> None:
    """Fork a child for every line on stdin, and tell what becomes of it.

    The dead one is reaped only when the next is due: until then its number is nobody else's.
    """
    child = 0
    for line in sys.stdin:
        if child:
            os.waitpid(child, 0)
        child = os.fork()
        if child == 0:
            _be(partial(live, line))
        _tell(f"pid {child}")
        end = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert end is not None
        killed = end.si_code in (os.CLD_KILLED, os.CLD_DUMPED)
        _tell(f"ended {-end.si_status if killed else end.si_status}")


def _be(live: Callable[[], None]) -> NoReturn:
    """Live in a forked child, and never return to the loop of `serve`."""
    code = 1
    try:
        live()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _tell(line: str) -> None:
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


if __name__ == "__main__":  # imported here: the bot's own worker processes import this module, too
    from tests.faults import process
    from tests.faults.spec import from_line

    serve(lambda line: process.live(from_line(line)))
