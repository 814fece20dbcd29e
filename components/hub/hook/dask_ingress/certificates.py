"""The root of a user and the certificates below it, as the strictest reader wants them: OpenSSL with the flags of Python 3.13.

Each user has a root of its own, and every program of Dask trusts the root of one user only, so that no certificate of one user opens a
program of another one. Python 3.13 sets VERIFY_X509_STRICT (https://docs.python.org/3/library/ssl.html#ssl.create_default_context), which
asks for the identifiers of keys and the use of a root's key as RFC 5280 has them (https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Hosts of batch pools whose clock is behind must not refuse a new certificate. We chose an hour.
BEHIND = timedelta(hours=1)


def now() -> datetime:
    """The time at which certificates are made and judged; tests move it."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Root:
    """A user's root: a certificate that signs itself, and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return _key_pem(self.key)

    @staticmethod
    def load(pem: bytes, key_pem: bytes) -> "Root":
        """Reads a root. Raises ValueError if a part is none, or if the key is another one's."""
        certificate = x509.load_pem_x509_certificate(pem)
        key = serialization.load_pem_private_key(key_pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise ValueError("the key is not that of the certificate")
        return Root(certificate, key)

    def left(self) -> timedelta:
        """Time until the root ends."""
        return self.certificate.not_valid_after_utc - now()


def new_root(name: str, days: int) -> Root:
    """Makes a root for a user, whose name is shown in its subject."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    subject = _name(f"Dask of {name}")
    builder = (
        _builder(subject, subject, key.public_key(), now() + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(own, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False)
    )
    return Root(builder.sign(key, hashes.SHA256()), key)


def new_leaf(root: Root, name: str, dns_names: tuple[str, ...], days: int) -> str:
    """Makes a key and a certificate below a root, as one text of PEM with the key first.

    With names it is for a program that listens, and calls others too; without names for one that only calls. It does not outlive its root."""
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now() + timedelta(days=days), root.certificate.not_valid_after_utc)
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH] + ([ExtendedKeyUsageOID.SERVER_AUTH] if dns_names else [])
    issuer = root.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _builder(_name(name), root.certificate.subject, key.public_key(), end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
    )
    if dns_names:
        names = x509.SubjectAlternativeName([x509.DNSName(each) for each in dns_names])
        builder = builder.add_extension(names, critical=False)
    certificate = builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    return _key_pem(key) + certificate


def is_good(pem: bytes, root: Root, dns_names: tuple[str, ...]) -> bool:
    """Whether a leaf is below the root, has exactly these names, and has lived less than half of its life."""
    try:
        leaf = x509.load_pem_x509_certificate(pem)
        leaf.verify_directly_issued_by(root.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    has = leaf.extensions
    try:
        names = tuple(has.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        names = ()
    life = leaf.not_valid_after_utc - leaf.not_valid_before_utc
    return names == dns_names and leaf.not_valid_after_utc - now() > life / 2


def _builder(subject, issuer, public_key, end) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - BEHIND)
        .not_valid_after(end)
    )


def _name(text: str) -> x509.Name:
    # A common name has at most 64 characters (https://www.rfc-editor.org/rfc/rfc5280#appendix-A.1, ub-common-name).
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _usage(**used: bool) -> x509.KeyUsage:
    uses = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    further = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{each: used.get(each, False) for each in uses + further})


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    unencrypted = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted).decode()
