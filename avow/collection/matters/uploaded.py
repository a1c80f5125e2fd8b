"""Take the files that came with a form, each for a field that the policy declares, and clean them as a letter's are."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from avow.collection.matters.cleaned.cleaned import cleaned
from avow.collection.seen.form import Form
from avow.mail.inbound.enclosed import Sent, bare
from avow.page.failure import sentence
from avow.record.matters.enclosed import File

MOST: Final = 2_000_000
"""Bytes of a file that a form takes."""


def named(form: Form, data: Mapping[str, str], files: Mapping[str, UploadedFile]) -> dict[str, str]:
    """Give what was typed, with the name of each file in the field that takes one: a name without a file is none."""
    names = {one.name: bare(str(files[one.name].name)) if one.name in files else "" for one in form.files}
    return {name: names.get(name, value) for name, value in data.items()}


def uploaded(form: Form, files: Mapping[str, UploadedFile]) -> tuple[Form, tuple[File, ...]]:
    """Give the files of a form without what they tell of their makers; the form says which cannot be kept, and why."""
    fields = [one for one in form.files if one.name in files]
    found = tuple(_cleaned(files[one.name]) for one in fields)
    for field, file in zip(fields, found, strict=True):
        why = sentence(_("This file was not kept: {why}; choose another").format(why=_(file.why))) if file.why else ""
        form = form.put(field, replace(field, value="" if why else file.name, wrong=why))
    return form, found


def _cleaned(file: UploadedFile) -> File:
    name = bare(str(file.name))
    if (file.size or 0) > MOST:
        return File(name, "", b"", f"it is larger than {MOST // 1_000_000} MB")
    return cleaned([Sent(name, file.read())])[0]
