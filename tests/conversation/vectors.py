#!/usr/bin/env python3
"""Writes conversation/tests/webhook/vectors.rs: signatures as Python's hmac makes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path
from urllib.parse import parse_qsl

VECTORS = Path(__file__).resolve().parents[2] / "conversation/tests/webhook/vectors.rs"
SECRET = "s3cret \u00e9"
NOW = 1_790_000_000
TOKEN_ENDS = NOW + 600

META = '{"object":"whatsapp_business_account","t":"caf\\u00e9 \\ud83d\\udc4b \\/"}'
WAHA = '{"event":"message","payload":{"body":"caf\u00e9 \U0001f44b"}}'
FORM = "MessageSid=SM1&From=whatsapp%3A%2B1650&Body=a%26b+c%C3%A9&Zz=2&Zz=1&Zz=2&Empty="
URL = "https://bot.example.com/hook?a=1"


def main() -> int:
    text = "".join(line + "\n" for line in lines())
    if "--check" in sys.argv:
        return 0 if VECTORS.read_text() == text else 1
    VECTORS.write_text(text)
    return 0


def lines() -> list[str]:
    claims = {"iat": NOW, "exp": TOKEN_ENDS, "app": "evolution", "action": "webhook"}
    hs256 = {"alg": "HS256", "typ": "JWT"}
    tokens = {
        "TOKEN": token(hs256, claims),
        "TOKEN_WITHOUT_END": token(hs256, {"iat": NOW}),
        "TOKEN_WITHOUT_ALGORITHM": token({"alg": "none"}, claims),
        "TOKEN_OF_ANOTHER_ALGORITHM": token({"alg": "HS512"}, claims),
    }
    digest = hashlib.sha256(META.encode()).hexdigest()
    with_hash = f"{URL}&bodySHA256={digest}"
    ports = [URL.replace("example.com", "example.com:443"), URL]
    vectors = [
        ("Meta", "", "sha256=" + mac("sha256", META).hex(), META),
        ("Waha", "", mac("sha512", WAHA).hex(), WAHA),
        ("Evolution", "", tokens["TOKEN"], "{}"),
        ("Twilio", URL, encoded(mac("sha1", URL + pairs(FORM))), FORM),
        ("Twilio", URL, encoded(mac("sha256", URL + pairs(FORM))), FORM),
        ("Twilio", with_hash, encoded(mac("sha1", with_hash)), META),
        *[("Twilio", ports[1 - at], encoded(mac("sha1", url + pairs(FORM))), FORM) for at, url in enumerate(ports)],
    ]
    return [
        f"const SECRET: &str = {rust(SECRET)};",
        f"const NOW: u64 = {NOW};",
        f"const TOKEN_ENDS: u64 = {TOKEN_ENDS};",
        *(f"const {name}: &str = {rust(value)};" for name, value in tokens.items()),
        "const VECTORS: &[(Channel, &str, &str, &str)] = &[",
        *(f"    (Channel::{channel}, {', '.join(map(rust, rest))})," for channel, *rest in vectors),
        "];",
    ]


def mac(algorithm: str, message: str) -> bytes:
    return hmac.new(SECRET.encode(), message.encode(), algorithm).digest()


def encoded(tag: bytes) -> str:
    return base64.b64encode(tag).decode()


def pairs(form: str) -> str:
    return "".join(name + value for name, value in sorted(set(parse_qsl(form, keep_blank_values=True))))


def token(header: dict[str, str], claims: dict[str, object]) -> str:
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in (header, claims)]
    signed = ".".join(map(url_safe, parts))
    return f"Bearer {signed}.{url_safe(mac('sha256', signed))}"


def url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def rust(text: str) -> str:
    return f'r#"{text}"#'


if __name__ == "__main__":
    sys.exit(main())
