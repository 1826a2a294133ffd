"""Figures: memory at rest, latency through HAProxy, failover of the queen. Printed with their targets; a shared machine may miss them."""
import json, os, queue, threading, time

import healing
from feeds import Stream
from report import Failed, need, percentile, wait_for
from stack import DRILL, OURS, run

RATE, SECONDS = 20, 20
FAILOVERS = int(os.environ.get("TGE_E2E_FAILOVERS", "1"))
FIRST = ["Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Garnet", "Hazel", "Indigo", "Juniper", "Kelvin", "Lumen", "Meridian", "Nimbus", "Onyx", "Pollen", "Quill", "Raven", "Sable", "Tundra"]
SECOND = ["Bridge", "Canyon", "Dock", "Engine", "Field", "Grove", "Hub", "Isle", "Junction", "Keep", "Lattice", "Mesh", "Nest", "Orbit", "Pier", "Quarry", "Ridge", "Spire", "Tower", "Vault"]


def met(value, target, unit):
    return f"{value:.0f} {unit} (target {target} {unit}{'' if value <= target else ': missed'})"


def memory(stack):
    text = run("docker", "stats", "--no-stream", "--format", "{{.Name}}\t{{.MemUsage}}", *[n for s in OURS for n in stack.of(s)])
    units, used = {"B": 1e-6, "KiB": 1 / 1024, "MiB": 1, "GiB": 1024}, {}
    for line in text.splitlines():
        name, usage = line.split("\t")
        number = usage.split("/")[0].strip()
        unit = number.lstrip("0123456789.")
        used[name.removeprefix(stack.project).strip("_-")] = float(number[: -len(unit)]) * units[unit]
    need(used, f"docker stats told nothing: {text}")
    return ", ".join(f"{n} {v:.0f}" for n, v in sorted(used.items())) + f" MB; most {met(max(used.values()), 64, 'MB')}"


def latency(stack):
    """One document each 50 ms, each a launch of a project nobody named before; from the request until its change arrives by SSE."""
    stream, sent, errors, work = Stream(stack), {}, [], queue.Queue()
    stream.start()
    need(stream.connected.wait(10), "the stream did not open")

    def worker():
        connection = stack.connect(10)
        while (n := work.get()) is not None:
            name, ticker = f"{FIRST[n % 20]} {SECOND[n // 20]}", f"{FIRST[n % 20][:2]}{SECOND[n // 20][:2]}X".upper()
            body = {"source": "e2e-latency", "id": f"l{n}", "title": f"{name} (${ticker}) token generation event is live",
                    "text": f"The {name} ${ticker} token generation event is now live. The {ticker} token has launched and claims are open."}
            begun = time.monotonic()
            try:
                connection.request("POST", "/api/v1/observations", json.dumps(body), {"authorization": f"Bearer {stack.key}", "content-type": "application/json"})
                answer = connection.getresponse()
                results = json.loads(answer.read())["results"]
                sent[f"observations/{results[0]['observation']}"] = begun
            except Exception as error:
                errors.append(error)
                connection.close()
    workers = [threading.Thread(target=worker, daemon=True) for _ in range(6)]
    for w in workers:
        w.start()
    begun = time.monotonic()
    for n in range(RATE * SECONDS):
        time.sleep(max(0.0, begun + n / RATE - time.monotonic()))
        work.put(n)
    for w in workers:
        work.put(None)
    for w in workers:
        w.join(20)
    arrived = lambda: {c["cause"]: t for t, _, c in reversed(stream.changes) if c.get("cause") in sent}
    try:
        wait_for("all changes", 20, lambda: len(arrived()) >= len(sent) or None, every=0.2)
    except Failed:
        pass
    stream.stopped = True
    got = arrived()
    need(not errors, f"{len(errors)} pushes failed: {errors[:2]}")
    need(len(got) >= 0.9 * len(sent), f"{len(got)} of {len(sent)} documents led to a change")
    times = [(got[k] - sent[k]) * 1000 for k in got]
    # One pause of the whole way makes neighbours slow, many causes make slow ones all over.
    began = min(sent.values())
    slowest = sorted(((got[k] - sent[k]) * 1000, sent[k] - began) for k in got)[-6:]
    shown = ", ".join(f"{ms:.0f} ms at {at:.1f} s" for ms, at in sorted(slowest, key=lambda s: s[1]))
    return f"{len(times)} of {len(sent)} at {RATE}/s: p50 {percentile(times, 50):.0f} ms, p99 {met(percentile(times, 99), 150, 'ms')}; slowest {shown}"


def failover(stack):
    """Until another queen holds the lease and answers at the front door; several times each way, for one sample says nothing of a tail."""
    took = {"docker kill": [], "pause": []}
    for way in FAILOVERS * ["docker kill", "pause"]:
        old = wait_for("a leader", 60, lambda: stack.api("status")["leader"])
        # Its name holds the host name of its container.
        name = next((n for n in stack.of("queen") if stack.inspect(n, "{{.Config.Hostname}}") in old), None)
        need(name, f"the leader {old} is no container of this swarm")
        started, begun = stack.inspect(name, "{{.State.StartedAt}}"), time.monotonic()
        stack.kill(name, way)

        def probe():
            leader = stack.api("status", seconds=0.7).get("leader")
            return leader and leader != old
        wait_for("another leader", 30, probe, every=0.05)
        took[way].append(time.monotonic() - begun)
        stack.back(name, started, 150)
        wait_for("both queens", 60, lambda: not [n for n in stack.of("queen") if n in stack.unhealthy()])
        # Attempts are forgotten after a healthy window; without that the fourth strike would meet an open breaker.
        time.sleep(int(DRILL["TGE_RECOVERY_WINDOW"].rstrip("s")) + 5)
    every = [t for times in took.values() for t in times]
    return (f"killed {', '.join(f'{t:.1f}' for t in took['docker kill'])} s; stopped {', '.join(f'{t:.1f}' for t in took['pause'])} s; "
            f"most {max(every):.1f} s (target 4 s{'' if max(every) < 4 else ': missed'})")


def group(report, stack, world):
    report.check("push to SSE through HAProxy", lambda: latency(stack))
    # Three attempts of up to a minute and a half each: the queens fail over meanwhile.
    bad, since = healing.break_for_good(stack)
    report.check("queen failover", lambda: failover(stack))
    healing.given_up(report, stack, bad, since)
