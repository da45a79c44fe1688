"""Ed25519 signing after RFC 8032, section 5.1, in plain Python: slow, and independent of OpenSSL."""
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def recover_x(y):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * I % P
    return P - x if x % 2 else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y), BASE_Y)


def add(one, other):
    (x1, y1), (x2, y2) = one, other
    k = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P)
    return x % P, y % P


def multiply(point, times):
    made = (0, 1)
    while times:
        if times & 1:
            made = add(made, point)
        point = add(point, point)
        times >>= 1
    return made


def encode(point):
    x, y = point
    return (y | ((x & 1) << 255)).to_bytes(32, "little")


def digest(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def expand(seed):
    hashed = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(hashed[:32], "little")
    scalar &= (1 << 254) - 8
    scalar |= 1 << 254
    return scalar, hashed[32:]


def public_key(seed):
    return encode(multiply(BASE, expand(seed)[0]))


def sign(seed, message):
    scalar, prefix = expand(seed)
    own = encode(multiply(BASE, scalar))
    nonce = digest(prefix, message) % L
    point = encode(multiply(BASE, nonce))
    rest = (nonce + digest(point, own, message) * scalar) % L
    return point + rest.to_bytes(32, "little")
