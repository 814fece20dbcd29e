"""Gives ssl.create_default_context the flags that it has in Python 3.13 (https://docs.python.org/3/library/ssl.html#ssl.create_default_context),
to every program of Python that finds this file on its path."""

import ssl

_plain = ssl.create_default_context


def create_default_context(*args, **kwargs):
    context = _plain(*args, **kwargs)
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT | ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context


ssl.create_default_context = create_default_context
