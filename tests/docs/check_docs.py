#!/usr/bin/env python3
"""What the documents show is what the files say.

A code block opened with "```LANG FILE" is that file, word for word; "FILE#NAME" is the part of it
between "# part: NAME" and "# end: NAME"; "FILE#..." is some piece of it. A block of sh without a
file holds only commands of this tree that exist. Links lead somewhere. The README names every
variable with its default, and every route.
"""
import os
import re
import sys

ROOT = sys.argv[1]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md"]
CHECKED_LANGUAGES = ("sh", "toml", "json", "c", "cpp")
PART = re.compile(r"^[^\n]*# part: (\w+)\n(.*?)^[^\n]*# end: \1$", re.M | re.S)


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def blocks(text):
    """(line, language, file, content) of each fenced block."""
    for found in re.finditer(r"^```(\w*) ?(\S*)\n(.*?)^```$", text, re.M | re.S):
        yield text[: found.start()].count("\n") + 1, *found.groups()


def check_file_block(place, content, report):
    name, _, part = place.partition("#")
    if not os.path.isfile(os.path.join(ROOT, name)):
        return report(f"{name} does not exist")
    text = read(name)
    if part == "...":
        if content not in text:
            report(f"the block is no piece of {name}")
    elif part:
        parts = dict(PART.findall(text))
        if parts.get(part) != content:
            report(f"the block differs from part {part} of {name}")
    elif text != content:
        report(f"the block differs from {name}")


def check_commands(content, report):
    presets = re.findall(r'"name": "(\w+)"', read("CMakePresets.json"))
    for command in re.sub(r"\\\n", " ", content).split("\n"):
        words = command.split("#")[0].split()
        for word in words:
            is_script = word.endswith(".sh")
            if is_script and not os.access(os.path.join(ROOT, word), os.X_OK):
                report(f"{word} is not there to be run")
        for before, word in zip(words, words[1:]):
            if before == "--preset" and word not in presets:
                report(f"there is no preset {word}")


def check_blocks(name, text, report):
    for line, language, place, content in blocks(text):
        def at(message, line=line):
            report(f"{name}:{line}: {message}")
        if place:
            check_file_block(place, content, at)
        elif language == "sh":
            check_commands(content, at)
        elif language in CHECKED_LANGUAGES:
            at(f"a block of {language} names the file it is from")


def check_links(name, text, report):
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target and not os.path.exists(os.path.join(ROOT, target)):
            report(f"{name}: the link to {target} leads nowhere")


def check_readme(text, report):
    for variable, default in re.findall(r"^#([A-Z_]+)=(.*)$", read(".env.example"), re.M):
        if f"`{variable}` | {default or 'none'} |" not in text:
            report(f"README.md: {variable} with its default {default or 'none'} is not in the table")
    routes = re.findall(r'RouteEntry\{\{"(\w+)", "([^"]+)"\}', read("api/routes.cpp"))
    if not routes:
        report("api/routes.cpp: no routes found; does this check still read it right?")
    for method, pattern in routes:
        if not re.search(rf"`{method} {re.escape(pattern)}[`?]", text):
            report(f"README.md: {method} {pattern} is not in the table")


def main():
    problems = []
    for name in DOCUMENTS:
        text = read(name)
        check_blocks(name, text, problems.append)
        check_links(name, text, problems.append)
    check_readme(read("README.md"), problems.append)
    print("\n".join(problems))
    print(f"{len(DOCUMENTS)} documents checked, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
