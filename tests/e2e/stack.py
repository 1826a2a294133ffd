"""A swarm of its own: starts the compose file under a project, ports and networks that collide with nothing, and takes it away again."""
import http.client, json, os, pathlib, re, ssl, shutil, signal, subprocess, tempfile, time, urllib.parse

from report import Failed, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The specification's cooldown is five minutes; a drill that takes quarter of an hour cannot wait for it.
DRILL = {"TGE_RECOVERY_COOLDOWN": "5s", "TGE_RECOVERY_ATTEMPTS": "3", "TGE_RECOVERY_WINDOW": "15s", "QUEEN_REPLICAS": "2"}
OURS = ["queen", "memory-coordinator", "service-registry", "health-monitor", "actuator", "agent-scraping-efficiency",
        "agent-keyword-precision", "agent-api-reliability", "agent-performance", "agent-data-quality"]


def run(*command, env=None, seconds=60, check=True):
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=seconds)
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command[:4]))} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout


def idle(get):
    """No stage has anything waiting; `get` asks the API of one swarm."""
    busy = [s for s in get("status")["stages"] if s["waiting"] and s["name"] in ("observations", "candidates", "outbox")]
    if busy:
        raise Failed(f"still waiting: {busy}")
    return True


class Front:
    """The front door of a deployment: `connect` opens a connection to it, `key` opens its API."""

    def request(self, method, path, body=None, seconds=10, headers=()):
        """One request. Answers (status, text)."""
        connection = self.connect(seconds)
        try:
            connection.request(method, path, body, {"authorization": f"Bearer {self.key}", "content-type": "application/json", **dict(headers)})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def api(self, path, body=None, seconds=10):
        status, text = self.request("POST" if body is not None else "GET", f"/api/v1/{path}", json.dumps(body) if body is not None else None, seconds)
        if status != 200 and status != 201:
            raise Failed(f"/api/v1/{path} answered {status}: {text[:200]}")
        return json.loads(text)

    def pages(self, path, field, limit=100_000):
        """All items of a listing, page by page."""
        items, token = [], None
        while len(items) < limit:
            sep = "&" if "?" in path else "?"
            page = self.api(f"{path}{sep}page_size=500" + (f"&page_token={urllib.parse.quote(token)}" if token else ""), seconds=30)
            items += page[field]
            token = page.get("next_page_token")
            if not token:
                break
        return items

    def idle(self, seconds=120):
        """Waits until no stage has anything waiting."""
        wait_for("all stages empty", seconds, lambda: idle(self.api))


class Stack(Front):
    def __init__(self, project, publisher):
        # `publisher` is one more service of the overlay, in compose's own words: it must be there when the agents ask first.
        self.project, self.publisher = project, publisher
        # Containers of another user read what is mounted from here.
        self.tmp = pathlib.Path(tempfile.mkdtemp(prefix="tge-e2e-"))
        self.tmp.chmod(0o755)
        self.www = self.tmp / "www"
        # The agent that a drill breaks has a folder of its own, so that nobody else reads what breaks it.
        self.etc, self.etc_scraping = self.tmp / "etc", self.tmp / "etc-scraping"
        for folder in (self.etc, self.etc_scraping):
            shutil.copytree(ROOT / "config", folder)
            shutil.rmtree(folder / "sources")
            (folder / "sources").mkdir()
        self.compose = ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]
        run("infrastructure/init.sh")
        self.key = (ROOT / "secrets/api_key").read_text().strip()
        self.tls = ssl.create_default_context(cafile=str(ROOT / "secrets/haproxy_ca.crt"))
        self.settle()

    def settle(self):
        """Asks for free ports and networks, and writes the overlay that mounts our sources."""
        lines = run("infrastructure/beside.py", self.project).splitlines()
        values = dict(re.fullmatch(r"export (\w+)=(.*)", line).groups() for line in lines)
        overlay = self.tmp / "overlay.yml"
        mounted = {name: self.etc for name in ("queen", "agent-keyword-precision", "agent-api-reliability", "agent-data-quality")}
        mounted["agent-scraping-efficiency"] = self.etc_scraping
        services = "".join(f'  {name}:\n    volumes: ["{folder}:/etc/tge:ro"]\n' for name, folder in mounted.items())
        overlay.write_text(f'version: "3.9"\nservices:\n{services}{self.publisher.format(www=self.www)}')
        version = run(*self.compose, "version", "--short").strip().lstrip("v")
        pids = f"docker-compose.pids-{'1' if version.startswith('1.') else '2'}.yml"
        values["COMPOSE_FILE"] = f"docker-compose.swarm.yml:docker-compose.local.yml:{pids}:{overlay}"
        values["TGE_ALLOW_NET"] = values["SUBNET_EGRESS"]
        self.values = {**values, **DRILL, "LOG_FORMAT": "json"}
        self.env = {**os.environ, **self.values}

    def connect(self, seconds):
        """To the API, through HAProxy."""
        return http.client.HTTPSConnection("localhost", self.port("HTTPS_PORT"), timeout=seconds, context=self.tls)

    def port(self, name):
        return int(self.values[name])

    def up(self):
        """Seconds from the command until every container is healthy. A port may be taken between asking and binding: once more then."""
        begun = time.monotonic()
        try:
            run(*self.compose, "up", "-d", env=self.env, seconds=240)
        except Failed as error:
            if "already allocated" not in str(error) and "address already in use" not in str(error):
                raise
            self.down()
            self.settle()
            begun = time.monotonic()
            run(*self.compose, "up", "-d", env=self.env, seconds=240)
        self.names = run(*self.compose, "config", "--services", env=self.env).split()
        self.expected = len(self.names) + int(DRILL["QUEEN_REPLICAS"]) - 1
        self.healthy(120)
        return time.monotonic() - begun

    def containers(self):
        """Name -> (service, status as `docker ps` says it)."""
        lines = run("docker", "ps", "-a", "--filter", f"label=com.docker.compose.project={self.project}", "--format",
                    '{{.Names}}\t{{.Label "com.docker.compose.service"}}\t{{.Status}}').splitlines()
        return {name: (service, status) for name, service, status in (line.split("\t") for line in lines)}

    def unhealthy(self):
        return {n: s for n, (_, s) in self.containers().items() if not s.startswith("Up") or "(healthy)" not in s}

    def healthy(self, seconds=120):
        def probe():
            bad = self.unhealthy()
            if bad:
                raise Failed(", ".join(f"{n}: {s}" for n, s in bad.items()))
            return len(self.containers()) >= self.expected
        return wait_for("all containers healthy", seconds, probe)

    def of(self, service):
        return sorted(n for n, (s, _) in self.containers().items() if s == service)

    def inspect(self, name, form):
        return run("docker", "inspect", "-f", form, name).strip()

    def kill(self, name, way):
        """`docker kill`: the engine leaves it dead, the monitor must act. `SIGKILL` from outside: the engine's own policy restarts it."""
        if way == "docker kill":
            run("docker", "kill", name)
        elif way == "pause":
            run("docker", "pause", name)
        else:
            os.kill(int(self.inspect(name, "{{.State.Pid}}")), signal.SIGKILL)

    def back(self, name, started, seconds=120):
        """Waits until the container runs again since another moment than `started`, and is healthy."""
        def probe():
            state = json.loads(self.inspect(name, "{{json .State}}"))
            if state["StartedAt"] == started or state["Status"] != "running" or state["Health"]["Status"] != "healthy":
                raise Failed(f"{state['Status']}, {state.get('Health', {}).get('Status')}")
            return True
        wait_for(f"{name} restarted and healthy", seconds, probe)

    def local(self, name, path, seconds=10):
        """JSON of a tool behind one of HAProxy's loopback ports."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port(name), timeout=seconds)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status != 200:
                raise Failed(f"{name} {path.split('?')[0]} answered {answer.status}: {text[:200]}")
            return json.loads(text)
        finally:
            connection.close()

    def alerts(self, *states):
        """Labels of the alerts in one of these states (`pending`, `firing`)."""
        alerts = self.local("LOCAL_PORT_PROMETHEUS", "/api/v1/alerts")["data"]["alerts"]
        return [a["labels"] for a in alerts if a["state"] in states]

    def logs(self):
        """Keeps what every container said."""
        to = ROOT / "target/e2e-logs"
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir(parents=True)
        for name in self.containers():
            with open(to / f"{name}.log", "wb") as file:
                subprocess.run(["docker", "logs", "-t", name], stdout=file, stderr=subprocess.STDOUT)
        return to

    def down(self):
        for name in self.unhealthy():
            subprocess.run(["docker", "unpause", name], capture_output=True)
        run(*self.compose, "down", "-v", "--remove-orphans", "-t", "3", env=self.env, seconds=180, check=False)

    def close(self):
        self.down()
        shutil.rmtree(self.tmp, ignore_errors=True)
