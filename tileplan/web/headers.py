"""The headers of every answer: a strict content security policy and what keeps browsers honest."""

from flask import Flask, Response, request

# The two hashes are plotly.js's empty style element and the map style it ships; nothing else is inline.
_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"
)
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        f"style-src 'self' {_STYLES}",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)


def install(app: Flask, *, is_secure: bool) -> None:
    """Set the headers on every answer, errors and files included."""

    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if not _is_file():
            headers["Cache-Control"] = "no-store" if response.status_code != 304 else "no-cache"
        return response

    app.after_request(add)


def _is_file() -> bool:
    endpoint = request.endpoint or ""
    return endpoint.endswith("static") or endpoint.startswith("assets.")
