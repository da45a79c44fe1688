#!/usr/bin/env python3
"""Style that is not a test drifts: checks every tracked source file against the rules of the house."""
import os
import re
import subprocess
import sys

ROOT = sys.argv[1]
LINE_MAX = 100
FILE_MAX = 500
FUNCTION_MAX = 60
README_MAX = 150

BANNED = {
    r"\b(TODO|FIXME|XXX|HACK)\b": "finish it, or file an issue",
    r"\bsleep_for\b|\bsleep_until\b|\busleep\(|\bnanosleep\(": "wait on a condition with a deadline",
    r"\bsystem_clock::now\b": "take a Clock, or the store's time",
    r"\bstd::rand\b|\bsrand\(": "take a Random",
    r"\bgets\(|\bstrcpy\(|\bsprintf\(": "use a bounded or a C++ function",
}
# Generated once, or copies of what was: their form is not ours to choose.
GENERATED = ("tests/abi/layout_1_0.c", "tests/abi/frozen/", "tests/abi/baseline")

# A layer and what its files may include with quotes or angle brackets of this project.
BORDERS = [
    (r"^plugins/[^/]+/", re.compile(r'#include ["<](ebra/(?!abi/|plugin\.hpp)|plugin/|\.\./)'),
     "a plugin sees only ebra/abi/ and ebra/plugin.hpp"),
    (r"^core/src/", re.compile(r'#include ["<](pistache/|sqlite3|pqxx|curl/)'),
     "the engine knows no HTTP server, no SQL, no vendor"),
    (r"^core/abi/", re.compile(r'#include "(?!ebra/abi/)'), "the ABI stands alone"),
]


def tracked():
    out = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=True)
    return [name for name in out.stdout.decode().split("\0") if name]


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def functions(lines):
    """(first line, length) of every body that opens and closes at the indentation of its head."""
    start = None
    for number, line in enumerate(lines, 1):
        is_head = re.match(r"^[A-Za-z_~:<\[].*[)\w&] *(const)? *(noexcept)? *(override)? *\{$", line)
        if is_head and not re.match(r"^(namespace|class|struct|enum|union|extern|typedef)\b", line):
            start = number
        elif line.startswith("}") and start is not None:
            yield start, number - start + 1
            start = None


def check_source(name, report):
    text = read(name)
    lines = text.split("\n")
    if len(lines) > FILE_MAX + 1:
        report(name, len(lines), f"the file has {len(lines)} lines, the limit is {FILE_MAX}: split by duty")
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_MAX + 10:
            report(name, number, f"the line has {len(line)} columns")
        if line != line.rstrip():
            report(name, number, "trailing space")
        for pattern, remedy in BANNED.items():
            if re.search(pattern, line):
                report(name, number, f"{line.strip()[:60]}: {remedy}")
        for where, pattern, remedy in BORDERS:
            if re.match(where, name) and pattern.search(line):
                report(name, number, f"{line.strip()}: {remedy}")
    if not name.startswith("tests/"):
        for start, length in functions(lines):
            if length > FUNCTION_MAX:
                report(name, start, f"the function has {length} lines, the limit is {FUNCTION_MAX}")
    if name.endswith((".hpp", ".h")) and "@file" not in text:
        report(name, 1, "a header opens with what it is: /// @file")


def check_document(name, report):
    lines = read(name).split("\n")
    if name == "README.md" and len(lines) > README_MAX:
        report(name, len(lines), f"the README has {len(lines)} lines, the limit is {README_MAX}")
    in_code, titles = False, 0
    for line in lines:
        if line.startswith("```"):
            in_code = not in_code
        titles += line.startswith("# ") and not in_code
    if titles != 1:
        report(name, 1, f"a document has one title, this has {titles}")


def main():
    problems = []

    def report(name, line, text):
        problems.append(f"{name}:{line}: {text}")

    checked = 0
    for name in tracked():
        if name.startswith(GENERATED) or not os.path.isfile(os.path.join(ROOT, name)):
            continue
        if name.endswith((".cpp", ".hpp", ".h", ".c", ".sql")):
            check_source(name, report)
        elif name.endswith(".md"):
            check_document(name, report)
        else:
            continue
        checked += 1
    print("\n".join(problems))
    print(f"{checked} files checked, {len(problems)} problems")
    return 1 if problems or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
