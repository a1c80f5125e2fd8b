"""Give a file that somebody sent, to be kept and not to be opened by the browser."""

from django.http import HttpResponse

from avow.record.matters.enclosed import File


def file(sent: File, name: str) -> HttpResponse:
    """Give a file under a name of ours, with the ending of its own."""
    response = HttpResponse(sent.data, content_type=sent.kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{sent.name.rpartition(".")[2]}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
