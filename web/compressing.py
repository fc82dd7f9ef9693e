"""What views answer is compressed where the browser takes it: a page is a fifth of its size then.

What an answer says is not known here. One that holds a secret, and says so with `no-transform`, is
left as it is: the length of compressed text tells something about it.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

TYPES = {
    *("text/html", "text/csv", "text/css", "text/javascript"),
    *("application/json", "application/problem+json"),
}
LEAST = 1000  # bytes: below it, nothing is gained
LEVEL = 6


def register(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TYPES or response.is_streamed or response.direct_passthrough:
        return response
    if response.cache_control.no_transform or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= LEAST and request.accept_encodings.quality("gzip"):
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
