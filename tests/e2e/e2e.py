#!/usr/bin/env python3
"""The swarm on docker-compose, checked end to end: tests/e2e/run.sh says how to start this. Groups run in this order; each check is named."""
import os, pathlib, signal, sys

GROUPS = ["services", "feeds", "loss", "alerts", "healing", "figures"]
# What each group shows, so that a run without Docker can say how much it left out.
CHECKS = {"services": 6, "feeds": 6, "loss": 5, "alerts": 2, "healing": 1, "figures": 3}


def main():
    if sys.argv[1:2] == ["--count"]:
        print(f"0 passed, 0 failed, {1 + sum(CHECKS.values())} skipped")
        return 0
    groups = sys.argv[1:] or GROUPS
    unknown = [g for g in groups if g not in GROUPS]
    if unknown:
        print(f"e2e: no such group: {', '.join(unknown)}: choose of {', '.join(GROUPS)}", file=sys.stderr)
        return 64
    # Imported here and not above: without the packages a run must still be able to count.
    import feeds, figures, healing, loss
    from report import Report
    from stack import DRILL, Stack
    # However this run is ended, its containers go with it; a background job would otherwise not even hear SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    report = Report()
    stack = Stack(os.environ.get("TGE_E2E_PROJECT") or f"tge-e2e-{os.getpid()}", feeds.PUBLISHER)
    world = feeds.World(stack)
    print(f"project {stack.project}, drill settings: {' '.join(f'{k}={v}' for k, v in DRILL.items())}", flush=True)
    try:
        def up():
            world.write()
            return f"{stack.up():.1f} s to all {stack.expected} containers healthy, target 40 s"
        if report.check("docker-compose up", up):
            for group in (g for g in GROUPS if g in groups):
                {"services": services_group, "feeds": feeds.group, "loss": loss.group, "alerts": loss.alerts,
                 "healing": healing.group, "figures": figures.group}[group](report, stack, world)
    except KeyboardInterrupt:
        report.check("run to the end", lambda: (_ for _ in ()).throw(RuntimeError("interrupted")))
    finally:
        # From here on it ends by itself; a second signal would only leave containers behind.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        world.close()
        try:
            print(f"logs of every container: {stack.logs().relative_to(pathlib.Path(__file__).resolve().parents[2])}", flush=True)
        finally:
            stack.close()
    return report.close()


def services_group(report, stack, world):
    import figures, services
    report.check("memory at rest", lambda: figures.memory(stack))
    report.check("reflection v1 and v1alpha", lambda: services.reflection(stack))
    report.check("grpc health", lambda: services.health(stack))
    report.check("consul lists all", lambda: services.consul(stack))
    report.check("prometheus targets", lambda: services.prometheus(stack))
    report.check("networks apart", lambda: services.isolation(stack))


if __name__ == "__main__":
    sys.exit(main())
