"""`foedus`, and `python -m foedus`, are the command line; an interrupt while its libraries load ends it without a word."""

from __future__ import annotations

import signal


def main() -> None:
    """Load the command line, and run it."""
    raises = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if raises:  # and is not ignored, as of what runs in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from foedus.cli import main as run

    if raises:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
