#!/usr/bin/env python3
"""Prints the variables with which another swarm runs beside whatever runs on this host: free ports, free networks, a project of its own.

    eval "$(infrastructure/beside.py PROJECT)" && docker-compose up -d

For drills and end-to-end tests. Free means: no network of the engine and no address of the host overlaps, and the port could be bound just
now; between this moment and the start somebody else may take one, so who starts should be ready to ask again."""
import ipaddress, json, pathlib, re, socket, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def docker(*arguments):
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"beside: docker {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def taken_networks():
    taken = []
    ids = docker("network", "ls", "-q").split()
    for network in json.loads(docker("network", "inspect", *ids)):
        for config in network["IPAM"]["Config"] or []:
            taken.append(ipaddress.ip_network(config["Subnet"]))
    # The host's own routes: addresses are written as little-endian hexadecimal numbers.
    for line in pathlib.Path("/proc/net/route").read_text().splitlines()[1:]:
        fields = line.split()
        address, mask = (int.from_bytes(bytes.fromhex(fields[i]), "little") for i in (1, 7))
        if mask:
            taken.append(ipaddress.ip_network((address, bin(mask).count("1"))))
    return taken


def main():
    if len(sys.argv) != 2 or not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", sys.argv[1]):
        raise SystemExit("beside: usage: infrastructure/beside.py PROJECT, with a name of small letters, digits, - and _")
    names = [line.split("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"[A-Z]", line)]
    values = {"COMPOSE_PROJECT_NAME": sys.argv[1]}
    taken = [n for n in taken_networks() if n.version == 4]
    candidates = (n for n in ipaddress.ip_network("10.96.0.0/11").subnets(new_prefix=24) if not any(n.overlaps(t) for t in taken))
    for name in (n for n in names if n.startswith("SUBNET_")):
        values[name] = str(next(candidates))
    cache = ipaddress.ip_network(values["SUBNET_CACHE"])
    for offset, name in enumerate(n for n in names if n.startswith("REDIS_ADDRESS_")):
        values[name] = str(cache[11 + offset])
    # All sockets are kept open until the end, so that no port is given out twice.
    open_sockets = []
    for name in (n for n in names if n.startswith("LOCAL_PORT_") or n in ("HTTP_PORT", "HTTPS_PORT", "STATS_PORT")):
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        open_sockets.append(s)
        values[name] = str(s.getsockname()[1])
    values["PUBLIC_URL"] = f"https://localhost:{values['HTTPS_PORT']}"
    values["ALERTMANAGER_EXTERNAL_URL"] = f"http://localhost:{values['LOCAL_PORT_ALERTMANAGER']}"
    for name, value in values.items():
        print(f"export {name}={value}")


if __name__ == "__main__":
    main()
