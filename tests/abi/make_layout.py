#!/usr/bin/env python3
"""Writes down the ABI as it is now, for the gates in this folder to hold later headers against.

    python3 tests/abi/make_layout.py

makes, from core/abi/ebra/abi:
  layout_1_0.c          every size, offset, type and constant of ABI 1.0, as a program to compile
  probe.c               a function for each struct, so that a debugger's view holds them all
  baseline.abi          that view, where abidw is installed
  frozen/1.0/include    the headers themselves, for the frozen plugin to be built with

While 1.0 is a draft, run it after each change of the headers and commit what it changes. Once 1.0 is
released, frozen/1.0/FROZEN exists and this script refuses: see core/abi/VERSIONING.md.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
HEADERS = HERE.parent.parent / "core" / "abi"
FROZEN = HERE / "frozen" / "1.0"
# Grow with each minor version, so they are no part of 1.0.
GROWING_CONSTANTS = {"EBRA_ABI_MINOR"}

STRUCT = re.compile(r"typedef struct (\w+) \{(.*?)\} \1;", re.S)
CONSTANT = re.compile(r'^#define (EBRA_\w+) ("[^"]*"|-?\d+u?)\s*$', re.M)
FUNCTION_POINTER = re.compile(r"\(\*(\w+)\)\(")
LAST_NAME = re.compile(r"(\w+)(\[\d+\])?$")


def stable_headers():
    """All but drafts, which promise nothing that could be held against them."""
    paths = sorted(HEADERS.glob("ebra/abi/**/*.h"))
    return [path for path in paths if "draft" not in path.relative_to(HEADERS).parts]


def header_text():
    """All stable headers in one text, without comments."""
    texts = [path.read_text() for path in stable_headers()]
    return re.sub(r"/\*.*?\*/", " ", "\n".join(texts), flags=re.S)


def fields_of(body):
    """(name, declaration) of each field; the declaration is one line."""
    fields = []
    for declaration in (" ".join(part.split()) for part in body.split(";")):
        if not declaration:
            continue
        found = FUNCTION_POINTER.search(declaration) or LAST_NAME.search(declaration)
        fields.append((found.group(1), found.start(1), declaration))
    return fields


def pointer_to(name, at, declaration, to):
    """The declaration of a pointer `to` to a field declared so: in C, put (*to) for its name."""
    return f"{declaration[:at]}(*{to}){declaration[at + len(name):]}"


def measure(structs):
    """Sizes and offsets by asking the compiler: {(struct, field or None): (offset, size)}."""
    lines = ["#include <stdio.h>", '#include "ebra/abi/ebra.h"', "int main(void) {"]
    for struct, fields in structs:
        lines.append(f'printf("{struct} - 0 %zu\\n", sizeof({struct}));')
        for name, _, _ in fields:
            lines.append(
                f'printf("{struct} {name} %zu %zu\\n", offsetof({struct}, {name}), '
                f"sizeof((({struct} *)0)->{name}));"
            )
    lines.append("return 0; }")
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "measure.c"), pathlib.Path(folder, "measure")
        source.write_text("\n".join(lines))
        subprocess.run(["cc", "-std=c11", f"-I{HEADERS}", source, "-o", program], check=True)
        output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    measured = {}
    for struct, name, offset, size in (line.split() for line in output.splitlines()):
        measured[struct, None if name == "-" else name] = (int(offset), int(size))
    return measured


def wrapped(line):
    """`line`, continued on further lines where it is longer than the house allows."""
    return "\n".join(textwrap.wrap(line, 100, subsequent_indent=" " * 10, break_long_words=False))


def struct_lock(struct, fields, measured):
    """A function that locks one struct. One that says its size may grow; any other may not."""
    comparison = ">=" if fields[0][0] == "struct_size" else "=="
    size = measured[struct, None][1]
    lines = [f"static void lock_{struct}({struct} *all) {{"]
    lines.append(f'LOCK(sizeof({struct}) {comparison} {size}, "size of {struct}");')
    for name, at, declaration in fields:
        offset, field_size = measured[struct, name]
        pointer = pointer_to(name, at, declaration, "at")
        lines.append(wrapped(f"FIELD({struct}, {name}, {offset}, {field_size}, {pointer});"))
    return lines + ["}", ""]


LAYOUT_HEAD = """\
/*
 * ABI 1.0 written down: made by make_layout.py, not edited by hand. It compiles and returns 0 against
 * every later header of major 1: no size shrinks, no field moves or changes its type, no number or id
 * changes its value.
 */
#include <stdio.h>
#include <string.h>

#include "ebra/abi/ebra.h"

#define LOCK(condition, what) _Static_assert(condition, what " is not what ABI 1.0 says")

/* The last argument declares a pointer called `at` to the field's type in 1.0. */
#define FIELD(type, field, offset, size, ...)                                   \\
    LOCK(offsetof(type, field) == (offset), "offset of " #type "." #field);     \\
    LOCK(sizeof(((type *)0)->field) == (size), "size of " #type "." #field);    \\
    do {                                                                        \\
        __VA_ARGS__ = &all->field;                                              \\
        (void)at;                                                               \\
    } while (0)

LOCK(sizeof(void *) == 8, "the size of a pointer");

/* Another type of entry would be no redeclaration. */
const ebra_plugin *ebra_plugin_v1(void);

static int differs(const char *name, const char *now, const char *in_1_0) {
    if (strcmp(now, in_1_0) == 0) return 0;
    printf("%s is not what ABI 1.0 says\\n", name);
    return 1;
}
"""


def layout_source(structs, constants, measured):
    numbers = [(name, value) for name, value in constants if not value.startswith('"')]
    texts = [(name, value) for name, value in constants if value.startswith('"')]
    lines = [LAYOUT_HEAD]
    for struct, fields in structs:
        lines += struct_lock(struct, fields, measured)
    lines += [f'LOCK({name} == {value}, "{name}");' for name, value in numbers]
    lines += ["", "int main(void) {", "    int differences = 0;"]
    lines += [f"    (void)lock_{struct};" for struct, _ in structs]
    lines += [f'    differences += differs("{name}", {name}, {value});' for name, value in texts]
    lines += ["    return differences;", "}", ""]
    return "\n".join(lines)


def probe_source(structs):
    lines = [
        "/*",
        " * Made by make_layout.py, not edited by hand: one function for each struct of the ABI, so that",
        " * the debug information of the library built from this holds them all.",
        " */",
        '#include "ebra/abi/ebra.h"',
        "",
    ]
    for struct, _ in structs:
        lines.append(f"EBRA_EXPORT const void *probe_{struct}(const {struct} *value);")
        lines.append(f"const void *probe_{struct}(const {struct} *value) {{ return value; }}")
    return "\n".join(lines) + "\n"


def copy_headers():
    target = FROZEN / "include"
    if target.exists():
        shutil.rmtree(target)
    for path in stable_headers():
        copy = target / path.relative_to(HEADERS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def main():
    if (FROZEN / "FROZEN").exists():
        sys.exit("ABI 1.0 is released: its layout is never made again; see core/abi/VERSIONING.md")
    text = header_text()
    structs = [(name, fields_of(body)) for name, body in STRUCT.findall(text)]
    constants = [found for found in CONSTANT.findall(text) if found[0] not in GROWING_CONSTANTS]
    (HERE / "layout_1_0.c").write_text(layout_source(structs, constants, measure(structs)))
    (HERE / "probe.c").write_text(probe_source(structs))
    copy_headers()
    if shutil.which("abidw"):
        subprocess.run(
            ["cmake", "-DMODE=write", f"-DHEADERS={HEADERS}", "-P", HERE / "abidiff.cmake"],
            check=True,
        )
    print(f"{len(structs)} structs, {len(constants)} constants")


if __name__ == "__main__":
    main()
