"""Let a form with files that are too large be read without them, so that a no that is ticked on it is not lost."""

from typing import Never

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

LARGEST_WITH_FILE = 2_400_000
"""Bytes that a form with files may have."""
_LARGEST = 32_000_000
"""Bytes up to which a form is read without its files."""
WITH_FILE = frozenset({"/apply/", "/support/", "/order/", "/inquiry/"})
"""The forms that may take a file, where the policy declares one."""


class _Without(FileUploadHandler):
    """Read past each file, and hold none of it."""

    def new_file(self, *_: object, **__: object) -> Never:
        """Have a file passed over."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take nothing of it."""

    def file_complete(self, file_size: int) -> None:
        """Give no file."""


def large(request: HttpRequest) -> bool:
    """Say whether a form is too large to be kept."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_WITH_FILE


def without_files(request: HttpRequest) -> bool:
    """Have a form that is too large read without its files; say whether it can be."""
    length, path = int(request.META.get("CONTENT_LENGTH") or 0), request.path
    if path not in WITH_FILE or length > _LARGEST or request.content_type != "multipart/form-data":
        return False
    request.upload_handlers = [_Without(request)]
    return True
