#!/usr/bin/env python3
"""api/METRICS.md names exactly what a fresh server shows: metrics, types, labels and their values,
and every counter is there, at 0."""
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

ROOT, BUILD = sys.argv[1], os.path.abspath(sys.argv[2])
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (?:`(\w+)`: ([^|]+))? ?\|", re.M)
SAMPLE = re.compile(r"^(\w+)(?:\{([^}]*)\})? (\S+)$")


def documented():
    with open(os.path.join(ROOT, "api", "METRICS.md"), encoding="utf-8") as file:
        rows = ROW.findall(file.read())
    return {name: (kind, label, frozenset(re.findall(r"\w+", values))) for name, kind, label, values in rows}


def shown(text):
    """What the server shows, and the counters that are not at 0."""
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))
    seen, moved = {}, {}
    for line in text.splitlines():
        found = None if line.startswith("#") else SAMPLE.match(line)
        if not found:
            continue
        name, labels, value = found.groups()
        family = name if name in kinds else re.sub(r"_(bucket|sum|count)$", "", name)
        pairs = [pair for pair in re.findall(r'(\w+)="([^"]*)"', labels or "") if pair[0] != "le"]
        label, values = seen.setdefault(family, ("", set()))
        for own, one in pairs:
            label = own
            values.add(one)
        seen[family] = (label, values)
        if kinds[family] == "counter" and float(value) != 0 and not family.startswith("ebra_http_"):
            moved[line] = value
    return {name: (kind, seen.get(name, ("no sample", ()))[0], frozenset(seen.get(name, ("", ()))[1]))
            for name, kind in kinds.items()}, moved


def scrape():
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LD_LIBRARY_PATH")}
    environment["PORT"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([os.path.join(BUILD, "bin", "ebra"), "serve"], cwd=folder, env=environment,
                                  stdout=subprocess.PIPE, text=True)
        try:
            url = next(word for line in server.stdout for word in line.split() if word.startswith("http://"))
            request = urllib.request.Request(url.rstrip("/") + "/metrics", headers={"Accept": "text/plain"})
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.read().decode()
        finally:
            server.terminate()
            server.wait()


def main():
    told = documented()
    seen, moved = shown(scrape())
    problems = [f"{name}: in api/METRICS.md, but not shown" for name in told.keys() - seen.keys()]
    problems += [f"{name}: shown, but not in api/METRICS.md" for name in seen.keys() - told.keys()]
    problems += [f"{name}: shown as {seen[name]}, in api/METRICS.md as {told[name]}"
                 for name in told.keys() & seen.keys() if told[name] != seen[name]]
    problems += [f"{line}: not 0 at the start" for line in moved]
    print("\n".join(sorted(problems)) or f"{len(told)} metrics, all as documented")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
