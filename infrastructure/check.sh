#!/bin/bash
# Feeds every file around the binaries to every parser that is installed, and checks what no parser does (names, pages, tests).
#   infrastructure/check.sh
# A tool that is not installed is reported as skipped, with its name. Last line: N passed, N failed, N skipped; exit code 1 when one failed.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root" || exit 1
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0 skipped=0
run() { # NAME COMMAND...
  local name=$1; shift
  if "$@" > "$tmp/out" 2>&1; then passed=$((passed + 1)); echo "ok      $name"; else
    failed=$((failed + 1)); echo "FAILED  $name"; sed 's/^/        /' "$tmp/out" | tail -25; fi
}
skip() { skipped=$((skipped + 1)); echo "skipped $1: $2"; }
have() { command -v "$1" > /dev/null; }
# The operator's own .env must not decide what is checked.
export COMPOSE_FILE='' COMPOSE_PROJECT_NAME=tge-check; unset COMPOSE_FILE

# A copy with fresh secrets: the parsers want the secret files to exist, and the real ones are nobody's business here.
infra=("$root"/docker-compose*.yml "$root"/.env.example "$root"/env "$root"/infrastructure "$root"/haproxy "$root"/prometheus "$root"/grafana)
mkdir "$tmp/tree" && cp -r "${infra[@]}" "$tmp/tree/" && mkdir -p "$tmp/tree/config"
if have openssl; then run "init writes .env and secrets" bash "$tmp/tree/infrastructure/init.sh"; else skip "init" "openssl is not installed"; fi
again() { (cd "$tmp/tree" && before=$(cat .env secrets/* | sha256sum) && bash infrastructure/init.sh && [ "$before" = "$(cat .env secrets/* | sha256sum)" ]); }
have openssl && run "init changes nothing the second time" again
environment() { rm -f "$tmp/tree/.env" && TGE_ENVIRONMENT=$1 bash "$tmp/tree/infrastructure/init.sh"; }
cd "$tmp/tree" || exit 1
base=(-f docker-compose.swarm.yml) both=(-f docker-compose.swarm.yml -f docker-compose.local.yml)

# Second opinions want to know who is asked.
opinion() { sed -i 's|^TGE_OPINION_URL=.*|TGE_OPINION_URL=https://models.example.org/v1|; s|^TGE_OPINION_MODEL=.*|TGE_OPINION_MODEL=judge|' .env; "$@"; }

# --- compose, each parser
if have docker-compose; then
  for e in development staging production; do
    run "environment $e" environment $e
    run "docker-compose $(docker-compose version --short), base, $e" docker-compose "${base[@]}" config -q
    run "docker-compose $(docker-compose version --short), base and local, $e" docker-compose "${both[@]}" config -q
    case $(docker-compose version --short) in 1.*) pids=docker-compose.pids-1.yml ;; *) pids=docker-compose.pids-2.yml ;; esac
    run "docker-compose $(docker-compose version --short), with $pids, $e" docker-compose "${both[@]}" -f $pids config -q
    run "docker-compose $(docker-compose version --short), with docker-compose.opinion.yml, $e" opinion docker-compose "${both[@]}" -f docker-compose.opinion.yml config -q
  done
else skip "docker-compose 1.29" "docker-compose is not installed"; fi
# Compose 2 is a plugin of the client, or a program of its own (tools/setup.sh fetches one).
two=()
if have docker && docker compose version > /dev/null 2>&1; then two=(docker compose); elif [ -x "$root/target/tools/docker-compose-2" ]; then two=("$root/target/tools/docker-compose-2"); fi
if [ ${#two[@]} -gt 0 ]; then
  version=$("${two[@]}" version --short)
  run "compose $version, base" "${two[@]}" "${base[@]}" config -q
  run "compose $version, base and local" "${two[@]}" "${both[@]}" config -q
  run "compose $version, with docker-compose.pids-2.yml" "${two[@]}" "${both[@]}" -f docker-compose.pids-2.yml config -q
  run "compose $version, with docker-compose.opinion.yml" opinion "${two[@]}" "${both[@]}" -f docker-compose.opinion.yml config -q
else skip "compose 2" "neither the plugin nor target/tools/docker-compose-2 is there"; fi
if have docker && docker stack config --help > /dev/null 2>&1; then
  # It reads no .env by itself.
  stack() { (set -a; . ./.env; set +a; docker stack config -c docker-compose.swarm.yml "$@" > /dev/null); }
  run "docker stack config, base" stack
  run "docker stack config, with docker-compose.pids-2.yml" stack -c docker-compose.pids-2.yml
  run "docker stack config, with docker-compose.opinion.yml" opinion stack -c docker-compose.opinion.yml
else skip "docker stack config" "docker is not installed, or older than 23"; fi

# --- what no parser says
cat > "$tmp/rules.py" <<'PY'
import pathlib, re, sys, yaml
base = yaml.safe_load(open("docker-compose.swarm.yml")); text = open("docker-compose.swarm.yml").read(); local = open("docker-compose.local.yml").read()
wrong = []
def need(ok, what): ok or wrong.append(what)
for name, s in base["services"].items():
    limits = s.get("deploy", {}).get("resources", {}).get("limits", {})
    need({"cpus", "memory"} <= limits.keys(), f"{name}: no CPU and memory limits")
    need("healthcheck" in s, f"{name}: no health check")
    need(s.get("read_only") and s.get("cap_drop") == ["ALL"] and "no-new-privileges:true" in s.get("security_opt", []), f"{name}: not hardened")
    need(str(s.get("user", "0")).split(":")[0] not in ("0", "root"), f"{name}: runs as root")
    need(name == "haproxy" or "ports" not in s, f"{name}: publishes a port; only haproxy may")
    need(name == "actuator" or not any("docker.sock" in str(v) for v in s.get("volumes", [])), f"{name}: holds the Docker socket; only the actuator may")
    need("container_name" not in s, f"{name}: container_name forbids scaling")
    need("stop_grace_period" in s, f"{name}: no stop_grace_period")
    need(s.get("logging", {}).get("options", {}).get("max-size"), f"{name}: unbounded logs")
    need(s.get("labels", {}).get("tge.component") == name, f"{name}: label tge.component is not its name")
    for d in filter(None, s.get("labels", {}).get("tge.depends", "").split(",")):
        need(d in base["services"], f"{name}: tge.depends names {d}, which is no service")
    image = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", s["image"])
    need(":" in image and not image.endswith(":latest"), f"{name}: image {image} is not pinned")
# Compose 2 refuses pids_limit beside deploy.resources.limits without pids, so it may be in the file for 1.29 only.
need("pids_limit" not in text.split("services:", 1)[1] + local, "pids_limit outside docker-compose.pids-1.yml")
for f, way in (("docker-compose.pids-1.yml", "pids_limit"), ("docker-compose.pids-2.yml", "deploy")):
    need({n: list(v) for n, v in yaml.safe_load(open(f))["services"].items()} == {n: [way] for n in base["services"]}, f"{f}: not every service, or more than {way}")
# What runs no program of ours and listens cannot register itself, and says so; redis-cluster-init listens nowhere.
for name, s in base["services"].items():
    l = s.get("labels", {})
    if s["image"].startswith("tge-swarm:") or name in ("consul", "redis-cluster-init"): continue
    need(l.get("tge.register") == name and l.get("tge.register.port", "").isdigit() and l.get("tge.register.check") in ("tcp", "http"), f"{name}: labels tge.register do not say where it answers")
for name, n in base["networks"].items():
    need(n["ipam"]["config"][0]["subnet"], f"{name}: no subnet")
    need(n.get("internal") or name in ("swarm-external", "swarm-egress"), f"{name}: not internal")
need(set(base["networks"]) == {"swarm-" + n for n in "external internal agents db cache discovery monitoring egress".split()}, "networks are not the declared ones")
# Every variable is in .env.example with the default the files have, and none there is unused.
example = dict(l.split("=", 1) for l in open(".env.example").read().splitlines() if re.match(r"[A-Z]", l))
opinion = open("docker-compose.opinion.yml").read()
used = {m[0]: m[1] for m in re.findall(r"\$\{(\w+):?-([^}]*)\}", text + local + opinion)} | dict.fromkeys(re.findall(r"\$\{(\w+):\?", opinion), "")
for k, v in used.items():
    need(k in example, f"{k} is not in .env.example"); need(example.get(k, v) == v or k in ("SWARM_BUILD_TARGET",), f"{k}: default {v!r} in compose, {example.get(k)!r} in .env.example")
for k in example: need(k in used or k == "COMPOSE_FILE", f"{k} of .env.example is used nowhere")
for e in pathlib.Path("env").glob("*.env"):
    for l in e.read_text().splitlines():
        if re.match(r"[A-Z]", l): need(l.split("=")[0] in example, f"{e}: {l.split('=')[0]} is not in .env.example")
print("\n".join(wrong)); sys.exit(bool(wrong))
PY
cat > "$tmp/alerts.py" <<'PY'
import pathlib, re, sys, yaml
wrong = []
def anchor(h): return re.sub(r"[^\w -]", "", h.strip().lower()).replace(" ", "-")
tested = {}
for f in pathlib.Path("prometheus/tests").glob("*.yml"):
    for t in yaml.safe_load(f.read_text())["tests"]:
        for a in t["alert_rule_test"]: tested.setdefault(a["alertname"], set()).add(bool(a["exp_alerts"]))
count = 0
for f in sorted(pathlib.Path("prometheus/rules").glob("*.yml")):
    for g in yaml.safe_load(f.read_text())["groups"]:
        for r in g["rules"]:
            if "alert" not in r: continue
            count += 1; n = r["alert"]
            if r["labels"].get("severity") not in ("critical", "warning", "info", "none"): wrong.append(f"{n}: severity")
            for k in ("summary", "description", "runbook_url"):
                if not r["annotations"].get(k): wrong.append(f"{n}: no {k}")
            page, _, section = r["annotations"].get("runbook_url", "").partition("#")
            p = pathlib.Path(page)
            if not p.is_file(): wrong.append(f"{n}: page {page} does not exist")
            elif section not in {anchor(l.lstrip("#")) for l in p.read_text().splitlines() if l.startswith("#")}: wrong.append(f"{n}: {page} has no section #{section}")
            if True not in tested.get(n, ()): wrong.append(f"{n}: no test in which it fires")
            if False not in tested.get(n, ()) and n != "Watchdog": wrong.append(f"{n}: no test in which it stays quiet")
for n in tested:
    if not any(f"alert: {n}\n" in f.read_text() for f in pathlib.Path("prometheus/rules").glob("*.yml")): wrong.append(f"{n}: tested and not there")
print(count, "alerts"); print("\n".join(wrong)); sys.exit(bool(wrong))
PY
cat > "$tmp/dashboards.py" <<'PY'
import json, pathlib, sys
wrong, uids = [], set()
for f in pathlib.Path("grafana/dashboards").glob("*.json"):
    d = json.loads(f.read_text())
    if "__inputs" in d: wrong.append(f"{f}: __inputs cannot be provisioned")
    if not d.get("uid") or d["uid"] in uids: wrong.append(f"{f}: uid missing or not its own")
    uids.add(d.get("uid"))
    if d.get("schemaVersion", 0) < 36: wrong.append(f"{f}: schemaVersion")
    if "datasource" not in [v["name"] for v in d["templating"]["list"]]: wrong.append(f"{f}: no variable datasource")
    ids = [p["id"] for p in d["panels"]]
    if len(ids) != len(set(ids)): wrong.append(f"{f}: two panels with one id")
    taken = set()
    for p in d["panels"]:
        g = p["gridPos"]; cells = {(x, y) for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])}
        if taken & cells or g["x"] + g["w"] > 24: wrong.append(f"{f}: panel {p['title']} overlaps another or the edge")
        taken |= cells
        if p["type"] != "row" and not p.get("description"): wrong.append(f"{f}: panel {p['title']} has no description")
        for t in p.get("targets", []):
            if t["datasource"]["uid"] != "${datasource}": wrong.append(f"{f}: panel {p['title']} names a datasource")
print("\n".join(wrong)); sys.exit(bool(wrong))
PY
if python3 -c 'import yaml' 2> /dev/null; then python=python3; elif /usr/bin/python3 -c 'import yaml' 2> /dev/null; then python=/usr/bin/python3; else python=; fi
if [ -n "$python" ]; then
  run "compose: limits, health, hardening, networks, variables" $python "$tmp/rules.py"
  run "alerts: labels, pages, tests" $python "$tmp/alerts.py"
  run "dashboards: structure" $python "$tmp/dashboards.py"
else skip "compose, alert and dashboard conventions" "python3 with yaml is not installed (python3-yaml)"; fi

# --- Prometheus and AlertManager
if have promtool; then
  run "promtool check rules" promtool check rules prometheus/rules/*.yml
  # Its rule paths are those inside the container.
  sed "s|/etc/prometheus/|$PWD/prometheus/|" prometheus/prometheus.yml > "$tmp/prometheus.yml"
  run "promtool check config" promtool check config "$tmp/prometheus.yml"
  for t in prometheus/tests/*.yml; do run "promtool test rules ${t##*/}" promtool test rules "$t"; done
else skip "promtool check and test" "promtool is not installed (Debian: prometheus)"; fi
if have amtool; then
  sh infrastructure/alertmanager/start.sh render infrastructure/alertmanager/alertmanager.yml "https://example.org/hook?a=1&b=2" > "$tmp/am-with.yml"
  sh infrastructure/alertmanager/start.sh render infrastructure/alertmanager/alertmanager.yml "" > "$tmp/am-without.yml"
  run "amtool check-config, with a receiver" amtool check-config "$tmp/am-with.yml"
  run "amtool check-config, without" amtool check-config "$tmp/am-without.yml"
  route() { [ "$(amtool config routes test --config.file="$tmp/am-with.yml" "${@:2}")" = "$1" ]; }
  run "route: watchdog" route heartbeat alertname=Watchdog severity=none
  run "route: critical" route webhook alertname=NoLeader severity=critical
  run "route: warning" route webhook alertname=QueueStuck severity=warning
  run "route: info" route quiet alertname=SourceSilent severity=info
else skip "amtool check-config and routes" "amtool is not installed (Debian: prometheus-alertmanager)"; fi

# --- HAProxy: the certificate and the accounts are where the container has them, so they are put in by path
if have haproxy && [ -d secrets ]; then
  sed "s|/run/secrets/|$PWD/secrets/|g" haproxy/haproxy.cfg > "$tmp/haproxy.cfg"
  run "haproxy -c, base" env HTTPS_PORT=443 haproxy -c -f "$tmp/haproxy.cfg" -f secrets/haproxy_users
  run "haproxy -c, base and local" env HTTPS_PORT=443 haproxy -c -f "$tmp/haproxy.cfg" -f haproxy/local.cfg -f secrets/haproxy_users
elif have haproxy; then skip "haproxy -c" "needs the secrets of init (openssl)"; else skip "haproxy -c" "haproxy is not installed"; fi

# --- scripts and stores
for s in infrastructure/*.sh infrastructure/*/*.sh infrastructure/*/*/*.sh; do
  case $(head -1 "$s") in *bash*) run "syntax of $s" bash -n "$s" ;; *) run "syntax of $s" sh -n "$s" ;; esac
done
if have shellcheck; then run "shellcheck" shellcheck -S warning infrastructure/*.sh infrastructure/*/*.sh infrastructure/*/*/*.sh "$root"/.ci/run "$root"/tests/*/*.sh "$root"/tools/*.sh; else skip "shellcheck" "shellcheck is not installed"; fi
# tools/setup.sh fetches it where Debian has none. Where its data lie, the image says by flag.
echo '{"data_dir": "/consul/data"}' > "$tmp/data.json"
consul=$(command -v consul || echo "$root/target/tools/consul")
if [ -x "$consul" ]; then run "consul validate" "$consul" validate infrastructure/consul "$tmp/data.json"; else skip "consul validate" "neither consul nor target/tools/consul is there"; fi

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
