#!/usr/bin/env python3
"""Runs the conformance suite on provider-http, with one of the presets against the fake provider.

Usage: conformance.py VENDOR CASES ebra-conformance provider-http.so
The authentic webhook is the first of the vendor's vectors.
"""
import json
import os
import subprocess
import sys
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
KEYS = {
    "retell": {"api_key": "the-api-key", "from_number": "+15550001111"},
    "telnyx": {"api_key": "the-api-key", "connection_id": "conn-1", "from_number": "+15550001111"},
    "vapi": {"api_key": "the-api-key", "phone_number_id": "pn-1", "assistant_id": "assistant-1"},
}
PATHS = {"telnyx": "/v2"}


def sample_of(vector):
    """The form that --webhook wants."""
    webhook = vector["webhooks"][0]
    return {"method": "POST", "url": webhook["url"], "headers": webhook["headers"],
            "body": webhook["body"], "now": vector["now_ms"],
            "signature_header": vector["signature_headers"][0]}


def main():
    vendor, cases, suite, plugin = sys.argv[1:]
    with open(os.path.join(HERE, "vectors", "webhooks", vendor + ".json"), encoding="utf-8") as file:
        vector = json.load(file)
    fake = subprocess.Popen([sys.executable, os.path.join(HERE, "fake_provider.py")],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = fake.stdout.readline().strip().rstrip("/")
    options = {"preset": vendor, "base_url": f"{url}/{vendor}{PATHS.get(vendor, '')}",
               vector["secret_option"]: vector["secrets"][0], **KEYS[vendor]}
    try:
        code = subprocess.run([suite, plugin, "--options", json.dumps(options),
                               "--webhook", json.dumps(sample_of(vector)), "--only", cases],
                              check=False).returncode
        with urllib.request.urlopen(url + "/_fake/dials") as answer:
            dials = len(json.load(answer))
        print(f"{dials} calls dialed")
        # A suite whose every start is refused would prove little.
        return code if code != 0 or dials > 0 or "operations" not in cases else 1
    finally:
        fake.stdin.close()  # It ends with this.
        fake.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
