"""Every service answers for itself: reflection, health, registry, scraping, dashboards, walls."""
import subprocess, sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from report import Failed, need, wait_for
from stack import OURS, ROOT, run

# Through HAProxy's loopback ports: service -> variable, and the interface of its own that it must offer.
DOORS = {
    "queen": "LOCAL_PORT_QUEEN", "memory-coordinator": "LOCAL_PORT_MEMORY", "service-registry": "LOCAL_PORT_REGISTRY",
    "health-monitor": "LOCAL_PORT_MONITOR", "actuator": "LOCAL_PORT_ACTUATOR", "agent-scraping-efficiency": "LOCAL_PORT_SCRAPING",
    "agent-keyword-precision": "LOCAL_PORT_KEYWORD", "agent-api-reliability": "LOCAL_PORT_API",
    "agent-performance": "LOCAL_PORT_PERFORMANCE", "agent-data-quality": "LOCAL_PORT_QUALITY",
}


def list_by(channel, version):
    """Names of the services by one version of the protocol. PyPI's client speaks v1alpha; v1 has the same messages under another name."""
    call = channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString)
    answer = next(call(iter([reflection_pb2.ServerReflectionRequest(list_services="")]), timeout=5))
    return {s.name for s in answer.list_services_response.service if not s.name.startswith("grpc.reflection.")}


def reflection(stack):
    found = 0
    for service, door in DOORS.items():
        with grpc.insecure_channel(f"127.0.0.1:{stack.port(door)}") as channel:
            v1, alpha = list_by(channel, "v1"), list_by(channel, "v1alpha")
            need(v1 == alpha, f"{service}: v1 lists {sorted(v1)}, v1alpha {sorted(alpha)}")
            own = sorted(n for n in v1 if n.startswith("tge."))
            need("grpc.health.v1.Health" in v1, f"{service} does not list grpc.health.v1.Health: {sorted(v1)}")
            # The descriptors, too: a name alone does not let anybody call.
            pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
            for name in own:
                need(pool.FindServiceByName(name).methods, f"{service}: {name} has no methods")
            found += len(own)
    return f"{len(DOORS)} services, {found} interfaces of ours with descriptors, v1 and v1alpha"


def health(stack):
    for service, door in DOORS.items():
        with grpc.insecure_channel(f"127.0.0.1:{stack.port(door)}") as channel:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
            need(answer.status == health_pb2.HealthCheckResponse.SERVING, f"{service} says {answer.status}")
    return f"{len(DOORS)} SERVING"


def consul(stack):
    wanted = set(OURS) | {"postgres", "redis-master-1", "redis-master-2", "redis-master-3", "haproxy", "prometheus", "alertmanager", "grafana",
                          "jaeger", "redis-exporter", "postgres-exporter", "node-exporter"}

    def probe():
        checks = stack.local("LOCAL_PORT_CONSUL", "/v1/health/state/any")
        passing = {c["ServiceName"] for c in checks if c["Status"] == "passing"}
        bad = sorted(f"{c['ServiceName']} {c['Status']}" for c in checks if c["Status"] != "passing")
        need(wanted <= passing and not bad, f"not passing: {sorted(wanted - passing)} {bad}")
        return checks
    checks = wait_for("all services passing in Consul", 60, probe)
    return f"{len(wanted)} services, {len(checks)} checks passing"


def prometheus(stack):
    def probe():
        targets = stack.local("LOCAL_PORT_PROMETHEUS", "/api/v1/targets?state=active")["data"]["activeTargets"]
        down = [f"{t['labels'].get('service', t['labels']['job'])} {t['scrapeUrl']}: {t['health']} {t['lastError']}" for t in targets if t["health"] != "up"]
        need(not down, "; ".join(down))
        services = {t["labels"].get("service") for t in targets if t["labels"]["job"] == "tge"}
        need(set(OURS) <= services, f"no target for {sorted(set(OURS) - services)}")
        return targets
    targets = wait_for("all targets up", 90, probe)
    return f"{len(targets)} targets up"


def queries(stack):
    def probe():
        done = subprocess.run([sys.executable, str(ROOT / "infrastructure/queries.py"), f"http://127.0.0.1:{stack.port('LOCAL_PORT_PROMETHEUS')}"],
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            bad = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "EMPTY"))]
            raise Failed("; ".join(bad)[:600] or done.stderr[-300:])
        return done.stdout.splitlines()[-1]
    return wait_for("every panel and rule answers", 100, probe, every=10)


def isolation(stack):
    for attempt in range(3):
        done = subprocess.run([sys.executable, str(ROOT / "infrastructure/isolation.py"), stack.project], capture_output=True, text=True, timeout=300)
        lines = done.stdout.splitlines()
        reached, shut = ([line for line in lines if line.startswith(word)] for word in ("REACHED", "NOT THERE"))
        # An open way counts at once; an answer that did not come in time may only be late on a busy machine.
        if done.returncode == 0 or reached or not shut:
            break
    need(done.returncode == 0, "; ".join(reached + shut)[:600] or done.stderr[-300:])
    for line in lines:
        if line.startswith("HOST"):
            print(f"        {line}")
    return lines[-1]


def trace(stack):
    """One trace that begins with a fetch and ends with the decision about an event, over the services between."""
    wanted = {"poll", "detect", "decide"}
    # The stored row names its trace: the search of Jaeger's stand-in knows only what it was asked to index.
    rows = run("docker", "exec", stack.of("postgres")[0], "psql", "-U", "postgres", "tge", "-Atc",
               "select distinct source, split_part(traceparent, '-', 2) from documents where traceparent is not null").splitlines()
    need(rows, "no stored document names a trace")
    traces = {}
    for row in rows:
        source, _, identifier = row.partition("|")
        traces.setdefault(identifier, set()).add(source)
    identifier = next(i for i, sources in traces.items() if "live-rss" in sources)

    def probe():
        found = stack.local("LOCAL_PORT_JAEGER", f"/api/traces/{identifier}")["data"][0]
        # By the names of the operations: the stand-in gives all spans of a trace one process.
        spans = {s["operationName"] for s in found["spans"]}
        missing = wanted - spans
        need(not missing, f"trace {identifier} has no {sorted(missing)}, only {sorted(spans)}")
        return found, spans
    found, spans = wait_for("one trace from fetch to event", 30, probe, every=2)
    need(len(traces[identifier]) == 1, f"{len(traces[identifier])} sources share trace {identifier}: a poll is no trace of its own")
    return f"trace {identifier}: {len(found['spans'])} spans of {', '.join(sorted(spans))}"
