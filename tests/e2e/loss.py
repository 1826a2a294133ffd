"""Nothing lost: documents are pushed through HAProxy while each of our containers and each store is killed; then everything accepted must be there once."""
import json, os, pathlib, subprocess, threading, time

import services
from report import Failed, need, wait_for
from stack import OURS

# What holds the truth, the hints and the addresses; each comes back with what it had.
STORES = ["redis-master-1", "redis-master-2", "redis-master-3", "postgres", "consul"]

DOCUMENTS = int(os.environ.get("TGE_E2E_DOCUMENTS", "5000"))
# Slow enough that the writer still writes when the last container is killed.
BATCH, PER_SECOND = 20, 20


class Pusher(threading.Thread):
    """Pushes the stream and remembers what was accepted. What was not answered is pushed again: the same document has the same id."""

    def __init__(self, stack, source, first, count):
        """`count` documents of the stream from line `first` on, as what `source` says."""
        super().__init__(daemon=True)
        self.source, shared = source, pathlib.Path(os.environ["TGE_SHARED"])
        text = subprocess.run(f"zstd -dc {shared}/eval/stream.jsonl.zst | tail -n +{first} | head -n {count}", shell=True, capture_output=True, text=True).stdout
        lines = [json.loads(line) for line in text.splitlines()]
        self.documents = [{"source": source, "id": l["id"], "title": l["title"], "text": l["text"][:4000], "url": l["url"]} for l in lines]
        self.stack, self.accepted, self.rejected, self.retries, self.hurry, self.error = stack, {}, 0, 0, False, None

    def run(self):
        try:
            for at in range(0, len(self.documents), BATCH):
                begun = time.monotonic()
                self.push(self.documents[at:at + BATCH])
                if not self.hurry:
                    time.sleep(max(0.0, BATCH / PER_SECOND - (time.monotonic() - begun)))
        except Exception as error:
            self.error = error

    def push(self, batch):
        # A refusal for good (400) would be repeated for ever: bounded.
        for _ in range(240):
            try:
                results = self.stack.api("observations", batch, seconds=15)["results"]
            except Exception as error:
                self.retries += 1
                last = error
                time.sleep(0.5)
                continue
            for document, result in zip(batch, results):
                if "observation" in result:
                    self.accepted[result["observation"]] = document["id"]
                else:
                    self.rejected += 1
            return
        raise Failed(f"a batch was refused 240 times, last: {last}")


def recovered(stack, service, since, seconds=60):
    """The newest recovery of a component that began after `since` (an ISO time) and is verified."""
    def probe():
        items = [r for r in stack.api(f"recoveries?component={service}")["recoveries"] if r["started_at"] > since]
        done = [r for r in items if r["outcome"] == "recovered"]
        if not done:
            raise Failed(f"recoveries of {service}: {[(r['cause'], r['action'], r['outcome'], r['detail']) for r in items]}")
        return done[0]
    return wait_for(f"a verified recovery of {service}", seconds, probe)


def kept(stack, pusher):
    """What was accepted is stored, once, and went its way."""
    pusher.hurry = True
    wait_for("the writer to end", 180, lambda: not pusher.is_alive())
    if pusher.error:
        raise pusher.error
    need(len(pusher.accepted) + pusher.rejected == len(pusher.documents), f"{len(pusher.accepted)} accepted, {pusher.rejected} rejected of {len(pusher.documents)}")
    stack.idle(240)
    stored = {}
    for item in stack.pages(f"observations?source={pusher.source}", "observations"):
        key = item["observation"]["name"].rsplit("/", 1)[-1]
        need(key not in stored, f"{key} is there twice")
        stored[key] = item
    lost = [i for i in pusher.accepted if i not in stored]
    need(not lost, f"{len(lost)} accepted documents are gone: {lost[:3]}")
    need(len(stored) == len(pusher.accepted), f"{len(stored)} stored, {len(pusher.accepted)} accepted")
    stages = {}
    for item in stored.values():
        stages[item["stage"]] = stages.get(item["stage"], 0) + 1
    undone = [k for k, i in stored.items() if i["stage"] not in ("judged", "decided") or "verdict" not in i]
    need(not undone, f"{len(undone)} not judged: {stages} {undone[:3]}")
    return f"{len(stored)} accepted and each there once, {stages}, {pusher.retries} requests repeated, {pusher.rejected} refused with a reason"


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())


def strike(stack, name, service, way):
    """Kills one container and waits until everything is healthy again. Answers a line about it."""
    started, since, begun = stack.inspect(name, "{{.State.StartedAt}}"), now(), time.monotonic()
    stack.kill(name, way)
    stack.back(name, started)
    took = time.monotonic() - begun
    stack.healthy()
    line = f"{name}: {way}, healthy again after {took:.1f} s"
    # The engine restarts what was killed from outside; what was killed through it, only the monitor does.
    if way != "SIGKILL":
        r = recovered(stack, service, since)
        line += f"; recovery: {r['cause']}, {r['action']}, {r['outcome']}"
    return took, line


def group(report, stack, world):
    pusher = Pusher(stack, "e2e-stream", 8_001, DOCUMENTS)
    pusher.start()

    def strikes(plan):
        bad, times = [], {}
        for service, name, way in plan:
            try:
                took, line = strike(stack, name, service, way)
                times.setdefault(way, []).append(took)
                report.note(line)
            except Failed as why:
                bad.append(f"{name} by {way}: {why}")
                report.note(bad[-1])
                # The next one needs a whole swarm.
                subprocess.run(["docker", "start", name], capture_output=True)
                stack.healthy()
        need(not bad, "; ".join(bad))
        written = len(pusher.accepted) + pusher.rejected
        return "; ".join(f"{len(v)} by {k}, healthy after at most {max(v):.0f} s" for k, v in times.items()) + f"; {written} documents written by then"

    def ours():
        # Both ways for each; the two that heal others only from outside here: what `docker kill` does to them is the alerts' check.
        return strikes([(service, name, way) for service in OURS for name in stack.of(service) for way in ("SIGKILL", "docker kill")
                        if way == "SIGKILL" or service not in ("actuator", "health-monitor")])

    def stores():
        return strikes([(service, name, "docker kill") for service in STORES for name in stack.of(service)])

    def numbered():
        seqs, since = [], 0
        while True:
            page = stack.api(f"changes?since={since}&page_size=500", seconds=30)
            if not page["changes"]:
                break
            seqs += [c["seq"] for c in page["changes"]]
            since = page["next_since"]
        need(len(seqs) == len(set(seqs)), "a change number is there twice")
        need(seqs == list(range(1, len(seqs) + 1)), f"numbers are not 1 to {len(seqs)} in order: {seqs[:5]} ... {seqs[-3:]}")
        return f"{len(seqs)} changes, numbered 1 to {len(seqs)} without gap or repetition"

    report.check("each of our containers killed once each way under load", ours)
    report.check("each store killed once under load", stores)
    report.check("everything accepted is there once and judged", lambda: kept(stack, pusher))
    report.check("change numbers unique", numbered)
    # Here and not earlier: shares and rates need some minutes of traffic before they can be asked.
    report.check("dashboards and rules answer", lambda: services.queries(stack))


def alerts(report, stack, world):
    """What heals cannot heal itself: an alert must fire, and a person (this test) starts it."""
    wanted = {"actuator": lambda l: l.get("service") == "actuator" or l.get("component") == "actuator",
              "health-monitor": lambda l: l["alertname"] == "NoMonitorLeader" or l.get("service") == "health-monitor"}
    for service, ours in wanted.items():
        def check(service=service, ours=ours):
            name = stack.of(service)[0]
            # An alert that fires already, or is about to, would prove nothing.
            wait_for(f"no alert about {service} before", 90, lambda: not [l for l in stack.alerts("pending", "firing") if ours(l)], every=2)
            begun = time.monotonic()
            stack.kill(name, "docker kill")
            try:
                fired = wait_for(f"an alert about {service}", 200, lambda: [l["alertname"] for l in stack.alerts("firing") if ours(l)], every=2)
                took = time.monotonic() - begun
            finally:
                subprocess.run(["docker", "start", name], capture_output=True)
            stack.healthy()
            return f"{', '.join(sorted(set(fired)))} after {took:.0f} s, started by hand"
        report.check(f"docker kill of the {service}: alert", check)
