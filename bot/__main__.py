"""`digest-bot` and `python -m bot`: the way in, kept apart from the libraries it loads."""

import signal


def main() -> None:
    """Run the command line.

    Loading the libraries takes most of a second, and leaving takes a moment, too. Who presses
    Ctrl-C then is not shown where in the interpreter that happened: the process just ends.
    """
    handler = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.cli import main as run  # noqa: PLC0415 - this is what takes so long

    signal.signal(signal.SIGINT, handler)
    try:
        run()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    main()
