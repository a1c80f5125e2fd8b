"""Clean the file that stands on the input, under limits: a line that says what it is, then its bytes."""

import resource
import sys

from avow.collection.matters.cleaned.file import Refused, file

_MEMORY = 1_000_000_000
_SECONDS = 15
_WRITTEN = 0


def main() -> None:
    """Limit memory, time and files of this process for good, then clean; 1 where the file broke it."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, _WRITTEN),
        (resource.RLIMIT_CORE, _WRITTEN),
    ):
        resource.setrlimit(what, (most, most))
    try:
        found = file(sys.stdin.buffer.read())
    except Refused as error:
        sys.stdout.write(f"refused {error}\n")
    except Exception:  # noqa: BLE001 -- whatever a library says of a hostile file, the file is not kept
        sys.exit(1)
    else:
        sys.stdout.buffer.write(f"kept {found.kind} {found.suffix}\n".encode() + found.data)


if __name__ == "__main__":
    main()
