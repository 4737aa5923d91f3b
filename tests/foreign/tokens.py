#!/usr/bin/env python3
"""Tokens of an identity provider, made by a library that is not Leo's (PyJWT).

    tokens.py ISSUER AUDIENCE SECRET

Prints one JSON object: `first` and `second`, the JWK sets before and after a rotation; `good`, a
list of {name, token, subject, email?}; `bad`, a list of {name, token, reason}, where the reason is
a part of what Leo has to say of it; `rotated`, a token of the second set; `renamed`, one of the
same subject as the first good one with another address; `flood`, tokens that name keys which do
not exist. What the library refuses to make is put together by hand and signed with its algorithms.
"""

import hashlib
import hmac
import json
import sys
import time
from base64 import b64encode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, HMACAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.utils import base64url_decode, base64url_encode

ISSUER, AUDIENCE, SECRET = sys.argv[1:4]
NOW = int(time.time())
HOUR = 3600
FLOOD = 100

SIGNERS = {
    "HS256": HMACAlgorithm(HMACAlgorithm.SHA256),
    "RS256": RSAAlgorithm(RSAAlgorithm.SHA256),
    "ES256": ECAlgorithm(ECAlgorithm.SHA256),
    "EdDSA": OKPAlgorithm(),
}
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
KEYS = {"RS256": RSA, "ES256": EC, "EdDSA": ED, "HS256": SECRET.encode()}
KIDS = {"RS256": "rsa-1", "ES256": "ec-1", "EdDSA": "ed-1"}
NEXT = ec.generate_private_key(ec.SECP256R1())

NOT_A_JWT = "not a JWT"
HEADER = "header"
CLAIMS = "claims are not"
UNSIGNED = "`alg` is `none`"
ALGORITHM = "algorithm"
SIGNATURE = "signature does not fit"
UNKNOWN = "not known here"
AUDIENCE_WRONG = "another audience"
EXPIRED = "has expired"
EXTENSIONS = "extensions"
SUBJECT = "names nobody"
END = "`exp`"


def jwk(private, kid, **more):
    """The public half of a key, as a provider publishes it."""
    if isinstance(private, rsa.RSAPrivateKey):
        signer, alg = RSAAlgorithm, "RS256"
    elif isinstance(private, ec.EllipticCurvePrivateKey):
        signer, alg = ECAlgorithm, "ES256"
    else:
        signer, alg = OKPAlgorithm, "EdDSA"
    public = json.loads(signer.to_jwk(private.public_key()))
    public.pop("key_ops", None)
    return {**public, "kid": kid, "alg": alg, "use": "sig", **more}


def claims(**more):
    """Good claims, with some of them replaced; None leaves one out."""
    whole = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada",
        "email": "ada@example.org",
        "role": "authenticated",
        "iat": NOW,
        "exp": NOW + HOUR,
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


def made(alg="RS256", key=None, headers=None, **more):
    """A token as the library makes it."""
    head = {"kid": KIDS[alg]} if alg in KIDS else {}
    head.update(headers or {})
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(claims(**more), key or KEYS[alg], algorithm=alg, headers=head)


def part(value):
    """A part of a token: an object, or text as it is."""
    text = value if isinstance(value, (str, bytes)) else json.dumps(value)
    return base64url_encode(text.encode() if isinstance(text, str) else text).decode()


def cut(whole):
    """A part without its last bytes."""
    return part(base64url_decode(whole)[:-3])


def by_hand(header, body, alg="RS256", key=None):
    """A properly signed token with any header and body."""
    message = f"{part(header)}.{part(body)}"
    signer = SIGNERS[alg]
    signature = signer.sign(message.encode(), signer.prepare_key(key or KEYS[alg]))
    return f"{message}.{base64url_encode(signature).decode()}"


def head(alg="RS256", **more):
    return {"alg": alg, "typ": "JWT", "kid": KIDS.get(alg, "rsa-1"), **more}


def hashed_with(secret):
    """HS256 with anything for a secret, which the library would refuse to do with a public key."""
    message = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'rsa-1'})}.{part(claims())}"
    signature = hmac.new(secret, message.encode(), hashlib.sha256).digest()
    return f"{message}.{base64url_encode(signature).decode()}"


def good():
    own = jwk(RSA, "rsa-1")
    yield "HS256 with the shared secret", made("HS256"), "ada"
    yield "RS256", made("RS256"), "ada"
    yield "ES256", made("ES256"), "ada"
    yield "EdDSA", made("EdDSA"), "ada"
    yield "one audience of several", made(aud=["others", AUDIENCE]), "ada"
    yield "no key named, and one that fits", made("ES256", headers={"kid": None}), "ada"
    yield "an odd type", made(headers={"typ": "at+jwt"}), "ada"
    yield "no type", by_hand({"alg": "RS256", "kid": "rsa-1"}, claims()), "ada"
    yield "its own key along with it", made(headers={"jwk": own, "jku": "https://x.example"}), "ada"
    yield "clocks that differ", made(exp=NOW + 1, nbf=NOW + 10, iat=NOW + 10), "ada"
    yield "times with a fraction", made(exp=NOW + HOUR + 0.5, nbf=NOW - 0.5), "ada"
    yield "a subject of any letters", made(sub="Ädä-漢字"), "Ädä-漢字"
    yield "no address", made(email=None, sub="nameless"), "nameless"
    yield "an empty address", made(email="", sub="nameless"), "nameless"
    yield "who calls himself an operator", made(operator=True, sub="mallory"), "mallory"


def unsigned():
    for name in ["none", "None", "NONE", "nOnE", " none", "none "]:
        yield f"alg `{name}`", f"{part({'alg': name})}.{part(claims())}.", UNSIGNED
    signature = made("RS256").rsplit(".", 1)[1]
    yield "none with a signature", f"{part({'alg': 'none'})}.{part(claims())}.{signature}", UNSIGNED
    yield "none by the library", jwt.encode(claims(), None, algorithm="none"), UNSIGNED
    yield "an empty signature", made().rsplit(".", 1)[0] + ".", "no signature"


def confused():
    public = RSA.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forms = {
        "PEM": pem,
        "PEM without its last line end": pem.rstrip(b"\n"),
        "PEM of PKCS 1": public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        "DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "DER of PKCS 1": public.public_bytes(Encoding.DER, PublicFormat.PKCS1),
        "JWK": json.dumps(jwk(RSA, "rsa-1")).encode(),
        "modulus": jwk(RSA, "rsa-1")["n"].encode(),
        "nothing": b"",
    }
    for name, key in forms.items():
        yield f"HS256 with the public key as secret: {name}", hashed_with(key), SIGNATURE
    yield "HS256 with base64 of the secret", hashed_with(b64encode(SECRET.encode())), SIGNATURE
    yield "HS512 with the secret", jwt.encode(claims(), SECRET, algorithm="HS512"), ALGORITHM
    yield "PS256", jwt.encode(claims(), RSA, algorithm="PS256", headers={"kid": "rsa-1"}), ALGORITHM
    yield "RS512", jwt.encode(claims(), RSA, algorithm="RS512", headers={"kid": "rsa-1"}), ALGORITHM
    p384 = ec.generate_private_key(ec.SECP384R1())
    yield "ES384", jwt.encode(claims(), p384, algorithm="ES384", headers={"kid": "ec-1"}), ALGORITHM
    yield "RS256 in small letters", by_hand(head() | {"alg": "rs256"}, claims()), ALGORITHM
    yield "an algorithm nobody knows", by_hand(head() | {"alg": "RS257"}, claims()), ALGORITHM
    yield "an algorithm that is a number", by_hand(head() | {"alg": 256}, claims()), HEADER
    yield "no algorithm", by_hand({"kid": "rsa-1"}, claims()), HEADER
    yield "the algorithm of another key", by_hand(head() | {"alg": "ES256"}, claims()), UNKNOWN


def with_other_keys():
    other = rsa.generate_private_key(65537, 2048)
    yield "another key under a known name", made(key=other), SIGNATURE
    yield "another key of P-256", made("ES256", key=NEXT), SIGNATURE
    stranger = ed25519.Ed25519PrivateKey.generate()
    yield "another key of Ed25519", made("EdDSA", key=stranger), SIGNATURE
    yield "Ed448", made("EdDSA", key=ed448.Ed448PrivateKey.generate()), SIGNATURE
    yield "a name nobody has", made(headers={"kid": "rsa-9"}), UNKNOWN
    yield "the name of another key", made(headers={"kid": "ec-1"}), UNKNOWN
    yield "a name that is a path", made(headers={"kid": "../../../../dev/null"}), UNKNOWN
    yield "a name that is SQL", made(headers={"kid": "x' or '1'='1"}), UNKNOWN
    yield "a name that is a number", by_hand(head() | {"kid": 1}, claims()), HEADER
    yield "the key of the encryption", made(headers={"kid": "rsa-enc"}), UNKNOWN
    yield "no name, and several fit", made(headers={"kid": None}), "`kid`"
    strange = {"jwk": jwk(other, "rsa-1")}
    yield "a key along with it", made(key=other, headers=strange), SIGNATURE
    for name in ["jku", "x5u"]:
        strange = {name: "http://127.0.0.1:9/keys", "kid": "elsewhere"}
        yield f"a key's address in `{name}`", made(key=other, headers=strange), UNKNOWN
    strange = {"x5c": ["MIIB"], "kid": "elsewhere"}
    yield "a certificate along with it", made(key=other, headers=strange), UNKNOWN


def for_others():
    yield "another audience", made(aud="anon"), AUDIENCE_WRONG
    yield "other audiences", made(aud=["anon", "others"]), AUDIENCE_WRONG
    yield "no audience in a list", made(aud=[]), AUDIENCE_WRONG
    yield "an audience that is none", by_hand(head(), claims(aud={"a": AUDIENCE})), AUDIENCE_WRONG
    yield "a list with more than names", by_hand(head(), claims(aud=[AUDIENCE, 7])), AUDIENCE_WRONG
    yield "a longer audience", made(aud=AUDIENCE + "2"), AUDIENCE_WRONG
    yield "no audience", made(aud=None), "no audience"
    yield "another issuer", made(iss="https://evil.example/auth/v1"), "issuer"
    yield "an issuer with a slash more", made(iss=ISSUER + "/"), "issuer"
    yield "no issuer", by_hand(head(), claims(iss=None)), "issuer"
    yield "several issuers", by_hand(head(), claims(iss=[ISSUER])), "issuer"
    yield "Leo's own issuer, the provider's key", made(iss="leo"), ALGORITHM
    yield "Leo's own issuer, the provider's secret", made("HS256", iss="leo"), SIGNATURE
    yield "the developer's issuer", made(iss="local", sub="developer"), "issuer"


def out_of_time():
    yield "expired", made(exp=NOW - HOUR), EXPIRED
    yield "expired more than the leeway ago", made(exp=NOW - 31), EXPIRED
    yield "expired before there was time", made(exp=-1), EXPIRED
    yield "expired long ago, with a fraction", made(exp=1.5), EXPIRED
    yield "not valid yet", made(nbf=NOW + HOUR), "`nbf`"
    yield "issued in the future", made(iat=NOW + HOUR), "`iat`"
    yield "no end", made(exp=None), END
    yield "an end that is null", by_hand(head(), json.dumps(claims() | {"exp": None})), END
    for name, end in {
        "text": str(NOW + HOUR),
        "true": True,
        "a list": [NOW + HOUR],
        "huge": 1e300,
        "more than 64 bits": 2**70,
        "the last of 64 bits": 2**63 - 1,
        "negative with a fraction": -0.5,
    }.items():
        yield f"an end that is {name}", by_hand(head(), claims(exp=end)), END
    for name, end in {"NaN": float("nan"), "infinite": float("inf")}.items():
        yield f"an end that is {name}", by_hand(head(), claims(exp=end)), CLAIMS
    yield "a begin that is text", by_hand(head(), claims(nbf="now")), "`nbf`"
    yield "an issue that is text", by_hand(head(), claims(iat="now")), "`iat`"


def of_nobody():
    yield "no subject", by_hand(head(), claims(sub=None)), SUBJECT
    yield "an empty subject", made(sub=""), SUBJECT
    yield "blanks for a subject", made(sub="  "), SUBJECT
    yield "a subject that is a number", by_hand(head(), claims(sub=7)), SUBJECT
    yield "a subject that is a list", by_hand(head(), claims(sub=["ada"])), SUBJECT
    yield "a subject with a zero byte", made(sub="ada\0"), SUBJECT
    yield "a subject of two lines", made(sub="ada\nroot"), SUBJECT
    yield "a subject without end", made(sub="a" * 256), SUBJECT
    yield "an address that is none", by_hand(head(), claims(email=["x"])), "`email`"


def of_another_form():
    whole = made()
    header, body, signature = whole.split(".")
    yield "nothing but dots", "..", HEADER
    yield "one part", header, NOT_A_JWT
    yield "no signature part", f"{header}.{body}", NOT_A_JWT
    yield "a part too many", f"{whole}.{signature}", NOT_A_JWT
    yield "a dot too many", f"{whole}.", NOT_A_JWT
    yield "encrypted", f"{part(head(enc='A256GCM'))}.{body}.{body}.{body}.{signature}", "encrypted"
    yield "encrypted in three parts", by_hand(head(enc="A256GCM"), claims()), "encrypted"
    yield "a header cut short", f"{cut(header)}.{body}.{signature}", HEADER
    yield "claims cut short", f"{header}.{cut(body)}.{signature}", CLAIMS
    yield "a signature cut short", whole[:-4], SIGNATURE
    yield "a signature with more", whole + "AAAA", SIGNATURE
    yield "another byte in the signature", f"{header}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}", SIGNATURE
    yield "other claims under the signature", f"{header}.{part(claims(sub='root'))}.{signature}", SIGNATURE
    yield "another header over the signature", f"{part(head() | {'x': 1})}.{body}.{signature}", SIGNATURE
    yield "padding", f"{header}.{body}==.{signature}", NOT_A_JWT
    yield "padding at the end", f"{whole}==", SIGNATURE
    yield "the other base64", f"{header}.{part('+/+/')}+/.{signature}", NOT_A_JWT
    yield "a blank inside", f"{header} .{body}.{signature}", NOT_A_JWT
    yield "a line end inside", f"{header}.\n{body}.{signature}", NOT_A_JWT
    yield "letters of other alphabets", f"{header}.{body}.é{signature}", SIGNATURE
    yield "a zero byte", f"{header}\0.{body}.{signature}", NOT_A_JWT
    yield "too long", made(padding="x" * 8192), "too long"
    yield "far too long in its header", made(headers={"padding": "x" * 100_000}), "too long"
    yield "no JSON", by_hand("hello", claims()), HEADER
    yield "a header that is a list", by_hand(json.dumps(["RS256", "rsa-1"]), claims()), HEADER
    yield "claims that are a list", by_hand(head(), json.dumps([claims()])), CLAIMS
    yield "claims that are text", by_hand(head(), '"ada"'), CLAIMS
    yield "claims that are not UTF-8", by_hand(head(), b'{"sub":"\xff"}'), CLAIMS
    yield "something behind the claims", by_hand(head(), json.dumps(claims()) + "x"), CLAIMS
    yield "no claims", by_hand(head(), ""), CLAIMS
    yield "deep claims", by_hand(head(), '{"x":' + "[" * 500 + "]" * 500 + "}"), "issuer"
    twice = json.dumps(claims())[:-1] + ', "sub": "root"}'
    yield "two subjects", by_hand(head(), twice), CLAIMS
    twice = json.dumps(claims())[:-1] + f', "exp": {NOW + 9 * HOUR}}}'
    yield "two ends", by_hand(head(), twice), CLAIMS
    twice = '{"alg": "RS256", "kid": "rsa-1", "alg": "none"}'
    yield "two algorithms", by_hand(twice, claims()), HEADER
    yield "extensions", by_hand(head(crit=["exp"]), claims()), EXTENSIONS
    yield "extensions that are null", by_hand(head(crit=None), claims()), EXTENSIONS
    yield "a payload that is not encoded", by_hand(head(b64=False, crit=["b64"]), claims()), EXTENSIONS
    yield "compressed", by_hand(head(zip="DEF"), claims()), EXTENSIONS
    der = EC.sign(f"{part(head('ES256'))}.{part(claims())}".encode(), ec.ECDSA(ECAlgorithm.SHA256()))
    der = base64url_encode(der).decode()
    yield "ES256 signed in DER", f"{part(head('ES256'))}.{part(claims())}.{der}", SIGNATURE
    for name, numbers in {"zeros": b"\0" * 64, "ones": b"\xff" * 64}.items():
        numbers = base64url_encode(numbers).decode()
        message = f"{part(head('ES256'))}.{part(claims())}"
        yield f"ES256 signed with {name}", f"{message}.{numbers}", SIGNATURE


def bad():
    for some in [unsigned, confused, with_other_keys, for_others, out_of_time, of_nobody, of_another_form]:
        yield from some()


first = [
    jwk(RSA, "rsa-1"),
    jwk(rsa.generate_private_key(65537, 2048), "rsa-2"),
    jwk(RSA, "rsa-enc", use="enc"),
    jwk(EC, "ec-1"),
    jwk(ED, "ed-1"),
    {"kty": "oct", "kid": "oct-1", "k": part(SECRET)},
]
print(
    json.dumps(
        {
            "first": {"keys": first},
            "second": {"keys": [jwk(NEXT, "ec-2")]},
            "good": [{"name": n, "token": t, "subject": s} for n, t, s in good()],
            "bad": [{"name": n, "token": t, "reason": r} for n, t, r in bad()],
            "rotated": made("ES256", key=NEXT, headers={"kid": "ec-2"}),
            "renamed": made(email="countess@example.org"),
            "flood": [made("ES256", key=NEXT, headers={"kid": f"key-{n}"}) for n in range(FLOOD)],
        }
    )
)
