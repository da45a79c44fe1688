#!/usr/bin/env python3
"""examples/postgres as far as it can be judged without Docker: what its files name exists and agrees.

  postgres_example.py SOURCE BUILD
"""
import os
import re
import subprocess
import sys
import tempfile

import yaml

SOURCE, BUILD = (os.path.abspath(path) for path in sys.argv[1:3])
EXAMPLE = os.path.join(SOURCE, "examples", "postgres")
problems = []


def expect(is_so, what):
    if not is_so:
        problems.append(what)


def text_of(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def check_config(name, environment):
    folder = tempfile.mkdtemp()
    done = subprocess.run(
        [os.path.join(BUILD, "bin", "ebra"), "check-config", "--config", os.path.join(EXAMPLE, name)],
        cwd=folder, env={**os.environ, **environment}, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    os.rmdir(folder)
    expect(done.returncode == 0, f"{name}: {done.stdout.decode()}")


def port_of(config):
    return re.search(r'^listen = ".*:(\d+)"', text_of(EXAMPLE, config), re.M).group(1)


def check_compose():
    """Services, files, variables and ports that compose.yaml speaks of."""
    compose = yaml.safe_load(text_of(EXAMPLE, "compose.yaml"))
    services = compose["services"]
    dockerfile = text_of(EXAMPLE, "Dockerfile")
    known = set(re.findall(r"^#?\s*([A-Z_]+)=", text_of(SOURCE, ".env.example"), re.M))
    upstreams = re.findall(r"server (\w+):(\d+)", text_of(EXAMPLE, "nginx.conf"))
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                expect(os.path.isfile(os.path.join(EXAMPLE, source)), f"{name}: no file {source}")
            else:
                expect(source in compose["volumes"], f"{name}: no volume {source}")
        for needed in service.get("depends_on", []):
            expect(needed in services, f"{name} depends on {needed}, which is no service")
        if "build" not in service:
            continue
        environment = service["environment"]
        for variable in environment:
            expect(variable in known, f"{name}: {variable} is no variable of Ebra")
        expect(environment["DB_HOST"] in services, f"{name}: DB_HOST is no service")
        context = os.path.normpath(os.path.join(EXAMPLE, service["build"]["context"]))
        expect(context == SOURCE, f"{name}: the build context is {context}")
        expect(os.path.isfile(os.path.join(context, service["build"]["dockerfile"])),
               f"{name}: no {service['build']['dockerfile']}")
        expect(service["command"][0] in dockerfile, f"{name}: the image has no {service['command'][0]}")
        mounted = [volume.split(":")[1] for volume in service["volumes"]]
        expect(service["command"][-1] in mounted, f"{name}: no {service['command'][-1]} is mounted")
    nodes = {name for name, service in services.items() if "build" in service}
    expect({name for name, _ in upstreams} == nodes, f"nginx has {upstreams}, the nodes are {nodes}")
    expect({port for _, port in upstreams} == {port_of("nodes.toml")}, "nginx and nodes.toml differ in port")
    expect(f"EXPOSE {port_of('nodes.toml')}" in dockerfile, "the Dockerfile exposes another port")
    expect(services["db"]["environment"]["POSTGRES_USER"] == "ebra", "the database's user is another")


def check_dockerfile():
    """What it copies and calls is there, and the runtime image can load what is installed."""
    dockerfile = text_of(EXAMPLE, "Dockerfile")
    for source in re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.M):
        expect(os.path.exists(os.path.join(SOURCE, source)), f"COPY of {source}, which is not there")
    for script in set(re.findall(r"core/\S+\.sh", dockerfile)):
        expect(os.access(os.path.join(SOURCE, script), os.X_OK), f"{script} is not a program")
    presets = re.findall(r"--preset (\w+)", dockerfile)
    expect(presets and all(f'"{name}"' in text_of(SOURCE, "CMakePresets.json") for name in presets),
           "a preset is not there")
    expect("build/" in text_of(SOURCE, ".dockerignore"), "an old build would be copied into the image")
    packages = re.search(r"build_packages=\((.*?)\)", text_of(SOURCE, "core/cmake/install-packages.sh"), re.S)
    for library in ("libpqxx-dev", "libpistache-dev", "libcurl4-openssl-dev", "libphonenumber-dev"):
        expect(library in packages.group(1), f"the image lacks {library}")


def check_nginx():
    """nginx takes the file, with hosts that this machine knows."""
    folder = tempfile.mkdtemp()
    server = re.sub(r"server node(\d):", r"server 127.0.0.\1:", text_of(EXAMPLE, "nginx.conf"))
    main = os.path.join(folder, "nginx.conf")
    with open(main, "w", encoding="utf-8") as file:
        paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        file.write(f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
                   f"http {{\naccess_log off;\n{paths}{server.replace('listen 80', 'listen 127.0.0.1:18080')}}}\n")
    program = next((path for path in ("/usr/sbin/nginx", "/usr/bin/nginx") if os.path.exists(path)), None)
    expect(program is not None, "nginx is not installed: run core/cmake/install-packages.sh test")
    if program is None:
        return
    done = subprocess.run([program, "-t", "-p", folder, "-c", main], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    expect(done.returncode == 0, f"nginx -t: {done.stdout.decode()}")
    subprocess.run(["rm", "-rf", folder], check=True)


DATABASE = {"DB_HOST": "db", "DB_PORT": "5432", "DB_USER": "ebra", "DB_PASS": "x", "DB_NAME": "ebra"}
check_config("ebra.toml", DATABASE)
check_config("nodes.toml", {**DATABASE, "API_KEY": "k" * 32, "CALLBACK_SECRET": "s" * 32})
check_compose()
check_dockerfile()
check_nginx()
for problem in problems:
    print(f"examples/postgres: {problem}")
sys.exit(1 if problems else 0)
