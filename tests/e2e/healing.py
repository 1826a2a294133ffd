"""Healing: an agent that hangs is restarted and the repair is recorded; one that cannot live gets three attempts, then a person is told."""
import subprocess, time

from loss import Pusher, kept, now, recovered
from report import Failed, need, wait_for

AGENT = "agent-keyword-precision"
BROKEN = "agent-scraping-efficiency"


def group(report, stack, world):
    name = stack.of(AGENT)[0]

    def hang():
        # Documents keep coming while nobody judges them.
        pusher = Pusher(stack, "e2e-healing", 13_001, 600)
        pusher.start()
        wait_for("the first documents", 20, lambda: len(pusher.accepted) >= 40, every=0.2)
        started, since, begun = stack.inspect(name, "{{.State.StartedAt}}"), now(), time.monotonic()
        before = len(pusher.accepted)
        stack.kill(name, "pause")
        stack.back(name, started, 150)
        took, meanwhile = time.monotonic() - begun, len(pusher.accepted) - before
        need(meanwhile > 0, "no document came while it was away")
        stack.healthy()
        r = recovered(stack, AGENT, since, 120)
        need(r["action"] == "RESTART" and r["evidence"], f"recorded as {r}")
        return f"healthy again after {took:.1f} s, cause {r['cause']}, evidence {len(r['evidence'])}, attempt {r['attempt']}, {r['started_at'][11:19]} to {(r.get('ended_at') or '')[11:19]}; {meanwhile} documents came meanwhile; {kept(stack, pusher)}"

    report.check("an agent paused under load is detected, restarted, verified, recorded", hang)


def break_for_good(stack):
    """Puts a source file in place that no agent accepts, and kills the one that reads it."""
    bad = stack.etc_scraping / "sources/broken.yaml"
    bad.write_text("version: 1\nname: broken\nno_such_key: 1\n")
    since = now()
    stack.kill(stack.of(BROKEN)[0], "docker kill")
    return bad, since


def given_up(report, stack, bad, since):
    def check():
        def probe():
            items = [r for r in stack.api(f"recoveries?component={BROKEN}")["recoveries"] if r["started_at"] > since]
            component = next(c for c in stack.api("components")["components"] if c["component"] == BROKEN)
            if not component["breaker_open"]:
                raise Failed(f"breaker closed, attempts {component['attempts']}: {[(r['action'], r['attempt'], r['outcome']) for r in items]}")
            return items
        items = wait_for(f"the breaker of {BROKEN}", 330, probe, every=2)
        tried = [r for r in items if r["action"] == "RESTART"]
        need(len(tried) == 3, f"{len(tried)} attempts: {[(r['attempt'], r['outcome'], r['detail']) for r in tried]}")
        fired = wait_for("alert RecoveryGivenUp", 90, lambda: [l for l in stack.alerts("firing") if l["alertname"] == "RecoveryGivenUp" and l.get("component") == BROKEN], every=2)
        log = subprocess.run(["docker", "logs", "--tail", "20", stack.of(BROKEN)[0]], capture_output=True, text=True)
        said = next((line for line in reversed((log.stdout + log.stderr).splitlines()) if "no_such_key" in line), None)
        need(said, "its log does not name the key it refuses")
        report.note(f"it says: {said[:300]}")
        return f"3 attempts, breaker open, {fired[0]['alertname']} fires, {[r['outcome'] for r in tried]}"

    report.check("a component broken for good: three attempts, breaker, alert", check)
    bad.unlink()
