"""What every response says to the browser: run nothing that is not ours, keep nothing, be framed by nobody."""

from __future__ import annotations

from flask import Response

REPORTS = "/csp-report"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Pico draws its arrows and ticks so
        "font-src 'self'",
        "media-src 'self' blob:",  # what the microphone recorded is heard before it is sent
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        f"report-uri {REPORTS}",
    )
)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
}
OVER_HTTPS = {"Strict-Transport-Security": f"max-age={365 * 24 * 3600}"}


def secure(response: Response, *, https: bool) -> Response:
    """Add them. What a route said itself about keeping stays."""
    said = {name.lower() for name, _ in response.headers}
    for name, value in (ALWAYS | OVER_HTTPS if https else ALWAYS).items():
        if name.lower() not in said:
            response.headers.add(name, value)
    return response
