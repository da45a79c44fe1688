"""How each vendor signs a webhook, after the vendors' documents. Knows nothing of any preset."""
import base64
import hashlib
import hmac
import json
import urllib.parse

import ed25519


def hmac_hex(secret, data, kind="sha256"):
    return hmac.new(secret.encode(), data, kind).hexdigest()


def hmac_base64(secret, data, kind="sha256"):
    return base64.b64encode(hmac.new(secret.encode(), data, kind).digest()).decode()


def jwt(secret, claims):
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    head = part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signed = head + "." + part(json.dumps(claims).encode())
    return signed + "." + part(hmac.new(secret.encode(), signed.encode(), "sha256").digest())


def read_jwt(secret, token):
    """The claims, or None when the token is not signed with `secret`."""
    try:
        head, claims, mac = token.split(".")
        made = hmac.new(secret.encode(), (head + "." + claims).encode(), "sha256").digest()
        if base64.urlsafe_b64decode(mac + "=" * (-len(mac) % 4)) != made:
            return None
        return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    except ValueError:
        return None


def vapi(secret, url, body, now):
    stamp = str(int(now))
    return {"x-timestamp": stamp, "x-signature": hmac_hex(secret, stamp.encode() + b"." + body)}


def retell(secret, url, body, now):
    stamp = str(int(now * 1000))
    return {"X-Retell-Signature": f"v={stamp},d={hmac_hex(secret, body + stamp.encode())}"}


def bland(secret, url, body, now):
    return {"X-Webhook-Signature": hmac_hex(secret, body)}


def elevenlabs(secret, url, body, now):
    stamp = str(int(now))
    made = hmac_hex(secret, stamp.encode() + b"." + body)
    return {"ElevenLabs-Signature": f"t={stamp},v0={made}"}


def jambonz(secret, url, body, now):
    stamp = str(int(now))
    made = hmac_hex(secret, stamp.encode() + b"." + body)
    return {"Jambonz-Signature": f"t={stamp},v1={made}"}


def twilio(secret, url, body, now):
    form = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)
    data = url + "".join(name + value for name, value in sorted(form))
    return {"X-Twilio-Signature": hmac_base64(secret, data.encode(), "sha1")}


def plivo(secret, url, body, now):
    nonce = str(int(now * 1000))
    parts = urllib.parse.urlsplit(url)
    base = urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    query = sorted(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
    form = sorted(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    data = base + "?" + "&".join(f"{name}={value}" for name, value in query)
    data += "." if query else ""
    data += "".join(name + value for name, value in form) + "." + nonce
    # The first of the list is of another token, as while one is being replaced.
    made = hmac_base64("the token before", data.encode()) + "," + hmac_base64(secret, data.encode())
    return {"X-Plivo-Signature-V3": made, "X-Plivo-Signature-V3-Nonce": nonce}


def telnyx(secret, url, body, now):
    """`secret`: 32 bytes in hex, the private seed."""
    stamp = str(int(now))
    made = ed25519.sign(bytes.fromhex(secret), stamp.encode() + b"|" + body)
    return {"telnyx-timestamp": stamp,
            "telnyx-signature-ed25519": base64.b64encode(made).decode()}


def livekit(secret, url, body, now):
    claims = {"iss": "lk-key", "nbf": int(now), "exp": int(now) + 300,
              "sha256": base64.b64encode(hashlib.sha256(body).digest()).decode()}
    return {"Authorization": jwt(secret, claims)}


def synthflow(secret, url, body, now):
    call_id = json.loads(body)["call"]["call_id"]
    return {"Synthflow-Signature": hmac_base64(secret, call_id.encode())}


def bolna(secret, url, body, now):
    return {}


def millis(secret, url, body, now):
    return {}


SCHEMES = {one.__name__: one for one in (vapi, retell, bland, elevenlabs, jambonz, twilio, plivo,
                                         telnyx, livekit, synthflow, bolna, millis)}
