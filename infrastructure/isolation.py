#!/usr/bin/env python3
"""Probes from inside every container of a running project whether the networks keep apart what they should.

    infrastructure/isolation.py PROJECT [--image IMAGE]

A container may reach an address exactly when it has one in the same network. From the network namespace of each container, every port that
the others serve is tried at every address they have. Also tried: the host itself at each gateway, because an engine of version 20.10 lets
internal networks reach the host's own addresses. HAProxy's published ports may answer there; what else does is a service of the host, which
should listen on 127.0.0.1: it is named, and fails the run only with --host-too, since the stack cannot help it.
Last line: N as declared, N reachable against the declaration, N unreachable against it. Exit code 1 when one of the latter is not 0."""
import argparse, contextlib, json, pathlib, subprocess, sys

# What speaks by no label: nothing of ours, the ports of the images.
WELL_KNOWN = {"postgres": [5432], "consul": [8500], "haproxy": [80, 443, 8404, 8405]}


def docker(*arguments, stdin=None):
    done = subprocess.run(["docker", *arguments], input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"isolation: docker {' '.join(arguments[:3])}: {done.stderr.strip()}")
    return done.stdout


def ports_of(container):
    labels, name = container["Config"]["Labels"], container["Config"]["Labels"]["com.docker.compose.service"]
    environment = dict(e.split("=", 1) for e in container["Config"]["Env"] if "=" in e)
    ports = list(WELL_KNOWN.get(name, []))
    if "tge.register.port" in labels:
        ports.append(int(labels["tge.register.port"]))
    for key in ("TGE_LISTEN", "TGE_METRICS_LISTEN"):
        if key in environment:
            ports.append(int(environment[key].rsplit(":", 1)[1]))
    return sorted(set(ports))


def host_ports():
    """TCP ports this host listens on outside its loopback, from the kernel's own tables."""
    found = set()
    for table, loopback in (("tcp", "0100007F"), ("tcp6", "00000000000000000000000001000000")):
        for line in pathlib.Path("/proc/net", table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, port = local.split(":")
            if state == "0A" and address != loopback:
                found.add(int(port, 16))
    return found


def probe(container, image, addresses, seconds):
    """Those of `addresses` that accept a connection from the container's network namespace."""
    # All at once, then whoever has no answer is cut off: a dropped packet must not cost the sum of all waits.
    script = "".join(f"{{ (: </dev/tcp/{ip}/{port}) 2>/dev/null && echo {ip} {port}; }} &\n" for ip, port in addresses)
    script += f"sleep {seconds}; kill $(jobs -p) 2>/dev/null; true\n"
    answer = docker("run", "--rm", "-i", "--network", f"container:{container}", "--entrypoint", "bash", image, "-s", stdin=script)
    return {tuple(line.split()) for line in answer.splitlines()}


@contextlib.contextmanager
def room_for_neighbours(least=8192):
    """The kernel keeps one table of link addresses for all network namespaces, by default of 1,024 entries. A probe of every container from every
    other fills it, and then connections fail that nothing forbids. Wider while this runs, where we may; said where we may not."""
    limits = [pathlib.Path(f"/proc/sys/net/ipv4/neigh/default/gc_thresh{n}") for n in (3, 2, 1)]
    before = {}
    try:
        for limit, wanted in zip(limits, (least, least // 2, least // 8)):
            known = limit.read_text().strip()
            if int(known) < wanted:
                limit.write_text(str(wanted))
                before[limit] = known
    except OSError as error:
        print(f"HOST      the table of link addresses may be too small for this probe ({error}): sysctl net.ipv4.neigh.default.gc_thresh3={least}")
    try:
        yield
    finally:
        for limit, known in reversed(before.items()):
            limit.write_text(known)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("project")
    parser.add_argument("--host-too", action="store_true", help="fail when services of the host answer at a gateway")
    parser.add_argument("--image", default="debian:bookworm-slim", help="any with bash and timeout")
    args = parser.parse_args()
    ids = docker("ps", "-q", "--filter", f"label=com.docker.compose.project={args.project}").split()
    if not ids:
        raise SystemExit(f"isolation: no running container of project {args.project}: start it, or name another")
    containers = json.loads(docker("inspect", *ids))
    targets, gateways = [], set()
    for c in containers:
        for network, n in c["NetworkSettings"]["Networks"].items():
            gateways.add(n["Gateway"])
            targets += [(c["Config"]["Labels"]["com.docker.compose.service"], network, n["IPAddress"], p) for p in ports_of(c)]
    published = {int(b["HostPort"]) for c in containers for bs in (c["NetworkSettings"]["Ports"] or {}).values() for b in bs or []}
    listening = sorted(host_ports() | published)
    gateways = sorted(g for g in gateways if g)
    good, open_, shut, host = 0, 0, 0, {}
    for c in containers:
        source = c["Config"]["Labels"]["com.docker.compose.service"]
        own = {n: v["IPAddress"] for n, v in c["NetworkSettings"]["Networks"].items()}
        others = [t for t in targets if t[2] not in own.values()]
        at_host = [("host", None, g, p) for g in gateways for p in listening]
        reached = probe(c["Id"], args.image, [(ip, p) for _, _, ip, p in others + at_host], 1.5)
        # What should answer gets a second, longer chance: a busy machine is no wall.
        late = [(ip, p) for _, network, ip, p in others if network in own and (ip, str(p)) not in reached]
        reached |= probe(c["Id"], args.image, late, 5) if late else set()
        for name, network, ip, port in others:
            allowed, did = network in own, (ip, str(port)) in reached
            if allowed == did:
                good += 1
            elif did:
                open_ += 1
                print(f"REACHED   {source} -> {name}:{port} over {network}, in which it has no address")
            else:
                shut += 1
                print(f"NOT THERE {source} -> {name}:{port} over {network}, in which both have one")
        for _, _, ip, port in at_host:
            if (ip, str(port)) not in reached:
                continue
            if port in published:
                good += 1
            else:
                host.setdefault(port, set()).add(source)
        ways = [n for n in own if not json.loads(docker("network", "inspect", n))[0]["Internal"]]
        print(f"{source}: {len(own)} networks, way out: {', '.join(ways) or 'none'}")
    for port, sources in sorted(host.items()):
        print(f"HOST      port {port} of the host itself answers to {len(sources)} containers: let that service listen on 127.0.0.1")
    if args.host_too:
        open_ += len(host)
    print(f"{good} as declared, {open_} reachable against the declaration, {shut} unreachable against it")
    return 1 if open_ or shut else 0


if __name__ == "__main__":
    with room_for_neighbours():
        sys.exit(main())
