"""Tokens and key records, written from the documentation and independent of the program."""

import hashlib
import random
import zlib

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62(number, count):
    text = ""
    for _ in range(count):
        number, digit = divmod(number, 62)
        text = BASE62[digit] + text
    return text


def seal(body):
    """The body of a token with its checksum."""
    return body + base62(zlib.crc32(body.encode()), 6)


def token(prefix="ng", generation="g1"):
    def digits(count):
        return "".join(random.choices(BASE62, k=count))
    return seal(f"{prefix}-{digits(12)}-{generation}-{digits(37)}")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def mistype(text, index=20):
    """The token with one character changed."""
    other = "a" if text[index] != "a" else "b"
    return text[:index] + other + text[index + 1:]
