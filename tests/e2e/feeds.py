"""Real input: published files of other people and a feed made of the stream, read by the swarm and by solo, compared."""
import datetime, email.utils, functools, html, http.client, http.server, ipaddress, json, os, pathlib, re, socket, subprocess, threading, time

from report import Failed, Skipped, need, wait_for
from stack import ROOT, Front, idle, run

SHARED = pathlib.Path(os.environ["TGE_SHARED"]).resolve()
TOOLS = os.environ.get("TGE_TOOLS_IMAGE", "offline/tools:local")
# Of each kind of file so many; more would only wait for the pause we keep between requests to one host.
REAL = {"rss": 8, "atom": 5, "json": 3}
STREAM_LINES, STREAM_KEEP = 8_000, 200
# Our own words: what is published while both are watching.
LIVE = [("Vellum Orchard", "VLMO"), ("Quartz Harbor", "QZHB"), ("Saffron Relay", "SFRL")]


# A web server beside the agents that fetch; part of the overlay, so that it is there when they ask first.
PUBLISHER = f"""  publisher:
    image: {TOOLS}
    user: "65534:65534"
    command: ["busybox", "httpd", "-f", "-p", "8000", "-h", "/www"]
    networks: [swarm-egress]
    volumes: ["{{www}}:/www:ro", "{SHARED}/eval/feeds:/www/feeds:ro"]
    healthcheck: {{{{test: ["CMD", "busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8000/live.xml"], interval: 3s}}}}
"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """The files of two folders under one address, as the container serves them."""

    def translate_path(self, path):
        path = path.split("?")[0]
        if path.startswith("/feeds/"):
            return str(SHARED / "eval" / path.lstrip("/"))
        return str(pathlib.Path(self.directory) / path.lstrip("/"))

    def log_message(self, *_):
        pass


class World:
    """What is published, and who reads it."""

    def __init__(self, stack):
        self.stack, self.www = stack, stack.www
        self.www.mkdir()
        # Where the container finds the files of others mounted.
        (self.www / "feeds").mkdir()
        self.solo, self.servers = None, []
        self.real, self.documents = [], 0
        self.bin = pathlib.Path(os.environ["TGE_BIN"]) if os.environ.get("TGE_BIN") else None

    def stream_documents(self):
        """Documents of the stream: those our own detector takes for launches or rumours, in waves, and some that it does not."""
        text = subprocess.run(f"zstd -dc {SHARED}/eval/stream.jsonl.zst | head -n {STREAM_LINES}", shell=True, capture_output=True, text=True).stdout
        lines = [json.loads(line) for line in text.splitlines()] + retold()
        lines = [l for l in lines if l.get("published") and len(l["published"]) >= 19 and l.get("url", "").startswith("http")]
        if self.bin is None or not (self.bin / "tgectl").exists():
            raise Skipped("no binary tgectl: build it (cargo build -p tgectl) or name its folder in TGE_BIN")
        file = self.stack.tmp / "stream.jsonl"
        file.write_text("".join(json.dumps(l) + "\n" for l in lines))
        verdicts = {v["id"]: v for v in map(json.loads, run(str(self.bin / "tgectl"), "detect", "--jsonl", str(file), seconds=300).splitlines())}
        told = [l for l in lines if begins(verdicts[l["id"]]) and names(verdicts[l["id"]])][: STREAM_KEEP // 2]
        taken = {l["id"] for l in told}
        others = [l for l in lines if l["id"] not in taken and not begins(verdicts[l["id"]])][: STREAM_KEEP - len(told)]
        return waves(told, verdicts), others

    def write(self):
        """Feeds and source files, before anything starts."""
        told, others = self.stream_documents()
        item = lambda d: {"id": d["id"], "url": d["url"], "title": d["title"], "content_text": d["text"], "date_published": d["published"].replace(" ", "T")}
        # What no other telling can meet is there from the start; the further waves follow one by one, see `same`.
        items = [item(d) for d in told[0] + others] if told else [item(d) for d in others]
        self.waves = [[item(d) for d in wave] for wave in told[1:]]
        self.documents = len(items)
        half = len(items) // 2
        (self.www / "stream.json").write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "stream", "items": items[:half]}))
        (self.www / "stream.xml").write_text(rss(items[half:]))
        (self.www / "live.xml").write_text(rss([]))
        (self.www / "waves.xml").write_text(rss([]))
        for kind, count in REAL.items():
            files = sorted(f for f in (SHARED / "eval/feeds" / kind).iterdir() if f.stat().st_size < 200_000)
            step = max(1, len(files) // count)
            self.real += [f.relative_to(SHARED / "eval") for f in files[::step][:count]]
        for folder in (self.stack.etc, self.stack.etc_scraping):
            self.sources(folder / "sources", "http://publisher:8000")

    def sources(self, to, base):
        to.mkdir(exist_ok=True)
        every = {"stream-json": ("stream.json", "60s"), "stream-rss": ("stream.xml", "60s"), "live-rss": ("live.xml", "2s"), "waves-rss": ("waves.xml", "2s")}
        every.update({f"real-{n}": (str(f), "300s") for n, f in enumerate(self.real)})
        for name, (path, pause) in every.items():
            (to / f"{name}.yaml").write_text(f"version: 1\nname: {name}\nkind: feed\nurl: {base}/{path}\nowner: {name}\ntier: press\nevery: {pause}\n")
        self.names = list(every)

    def start_solo(self):
        if self.bin is None or not (self.bin / "tge-swarm").exists():
            raise Skipped("no binary tge-swarm: build it (cargo build -p tge-solo) or name its folder in TGE_BIN")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(self.www)))
        self.servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        folder = self.stack.tmp / "solo-sources"
        self.sources(folder, f"http://127.0.0.1:{server.server_port}")
        solo = Solo(self.bin / "tge-swarm", self.stack.tmp, folder)
        try:
            wait_for("solo answers", 30, lambda: solo.api("status"))
        except Failed:
            solo.close()
            raise
        self.solo = solo

    def close(self):
        if self.solo:
            self.solo.close()
        for server in self.servers:
            server.shutdown()


class Solo(Front):
    """The same program in one process."""

    def __init__(self, program, tmp, sources):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.data = tmp / "solo"
        self.log = open(tmp / "solo.log", "wb")
        self.process = subprocess.Popen([str(program), "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}", "--sources", str(sources),
                                         "--projects", str(ROOT / "config/projects.yaml"), "--allow-net", "127.0.0.0/8"],
                                        stdout=self.log, stderr=subprocess.STDOUT)

    def connect(self, seconds):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)

    @property
    def key(self):
        return (self.data / "api-key").read_text().strip()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def retold():
    """Documents of which two or more tell of one happening: what the stream, cut short, has too few of."""
    pairs = [json.loads(line) for line in (SHARED / "eval/dups.jsonl").read_text().splitlines()]
    documents = {d["id"]: d for pair in pairs if pair["duplicate"] for d in (pair["a"], pair["b"])}
    return [{**d, "url": f"http://publisher:8000/retold/{i}", "title": d["title"] or ""} for i, d in documents.items()]


def begins(verdict):
    """Whether an event may begin with it: a launch, or one told with doubt; the lowest of the floors there are for those."""
    return verdict["is_tge"] or verdict["score"] >= 0.05 and verdict.get("cue") in ("hedged", "postponed")


def names(verdict):
    """What two tellings of one launch share: the ticker, and each telling word of the project."""
    words = [w for w in re.split(r"\W+", (verdict.get("project") or "").lower()) if len(w) >= 3]
    return {*words, (verdict.get("symbol") or "").lower()} - {""}


def waves(told, verdicts):
    """Documents in waves, so that of two that may meet in one event the later one comes in a later wave.

    Into which event a telling falls depends on what is believed when it is decided. Two that come at once are decided in any order, and that is the
    one thing in which a swarm and one process rightly differ; published one after the other, they must come to the same."""
    latest, out = {}, []
    for document in told:
        words = names(verdicts[document["id"]])
        wave = max((latest[w] + 1 for w in words if w in latest), default=0)
        latest.update(dict.fromkeys(words, wave))
        out += [[] for _ in range(wave + 1 - len(out))]
        out[wave].append(document)
    return out


def rss(items):
    def entry(i):
        date = email.utils.format_datetime(datetime.datetime.fromisoformat(i["date_published"]))
        return (f"<item><guid isPermaLink='false'>{html.escape(i['id'])}</guid><link>{html.escape(i['url'])}</link><title>{html.escape(i['title'])}</title>"
                f"<description>{html.escape(html.escape(i['content_text'], False), False)}</description><pubDate>{date}</pubDate></item>")
    clean = lambda text: "".join(c for c in text if c >= " " or c in "\n\t")
    return clean("<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>e2e</title>" + "".join(map(entry, items)) + "</channel></rss>")


def publish(world, name, items):
    """Replaces a feed in one step: nobody reads half of it."""
    fresh = world.www / f"{name}.new"
    fresh.write_text(rss(items))
    fresh.rename(world.www / name)


def arrived(get, count):
    """Waits until all items of the waves were read, judged and decided."""
    def probe():
        seen = len(get("observations?source=waves-rss&page_size=500")["observations"])
        if seen < count:
            raise Failed(f"{seen} of {count} items read")
        return idle(get)
    wait_for("a wave read and decided", 60, probe, every=0.3)


def polled(get, names):
    """Waits until each source was asked and everything is judged and decided."""
    def probe():
        health = {s["name"]: s["health"] for s in get("sources")["sources"]}
        left = [n for n in names if health[n]["polls"] == 0 and health[n]["state"] != "failing"]
        if left:
            raise Failed(f"not polled: {left[:5]}")
        idle(get)
        return health
    return wait_for("every source polled and everything decided", 120, probe, every=1)


def shapes(events):
    """Events as sets of what a reader would compare; identifiers and times differ between two runs."""
    return sorted(((e.get("project") or {}).get("slug", ""), e["kind"], ",".join(sorted(a["ticker"] for a in e["assets"])), e["status"]) for e in events)


class Stream(threading.Thread):
    """A subscriber: every change by SSE, with the moment it came; resumes after a cut."""

    def __init__(self, front):
        super().__init__(daemon=True)
        self.front, self.changes, self.last, self.stopped, self.connected, self.cuts = front, [], None, False, threading.Event(), 0

    def run(self):
        while not self.stopped:
            connection = self.front.connect(30)
            try:
                headers = {"authorization": f"Bearer {self.front.key}", "accept": "text/event-stream"}
                if self.last:
                    headers["last-event-id"] = self.last
                connection.request("GET", "/api/v1/events:stream", headers=headers)
                answer = connection.getresponse()
                if answer.status != 200:
                    raise Failed(f"stream answered {answer.status}")
                self.connected.set()
                fields = {}
                for raw in answer:
                    line = raw.decode().rstrip("\r\n")
                    if line == "":
                        if fields.get("event") == "change":
                            self.changes.append((time.monotonic(), int(fields["id"]), json.loads(fields["data"])))
                        if "id" in fields:
                            self.last = fields["id"]
                        fields = {}
                    elif not line.startswith(":"):
                        name, _, value = line.partition(":")
                        fields[name] = value.removeprefix(" ")
                    if self.stopped:
                        return
            except Exception:
                pass
            finally:
                connection.close()
            self.cuts += 1
            time.sleep(0.2)


def gateway(stack):
    """Where the swarm's network that may go out reaches this machine."""
    config = json.loads(run("docker", "network", "inspect", f"{stack.project}_swarm-egress"))[0]["IPAM"]["Config"][0]
    return config.get("Gateway") or str(next(ipaddress.ip_network(config["Subnet"]).hosts()))


def receive(world, address):
    """A subscriber's server. Answers its address and what it got, as (body, headers)."""
    got = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((body, dict(self.headers.items())))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer((address, 0), Receiver)
    world.servers.append(server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://{address}:{server.server_port}/hook", got


def group(report, stack, world):
    import services
    state = {}

    def read():
        health = wait_for("every source read or refused with a reason", 180, lambda: settled(stack, world))
        failing = {n: h.get("error") for n, h in health.items() if h["state"] == "failing"}
        for name, error in failing.items():
            report.note(f"{name}: {error}")
        need(not any(n.startswith(("stream", "live", "waves")) for n in failing), f"our own feeds fail: {failing}")
        stack.idle()
        state["events"] = stack.pages("events", "events")
        need(state["events"], "no event at all")
        observed = len(stack.pages("observations", "observations"))
        return f"{len(health)} sources, {observed} observations, {len(state['events'])} events, {len(failing)} refused with a reason"

    def same():
        world.start_solo()
        polled(world.solo.api, world.names)
        for number in range(len(world.waves)):
            items = [i for wave in world.waves[: number + 1] for i in wave]
            publish(world, "waves.xml", items)
            for get in (world.solo.api, stack.api):
                arrived(get, len(items))
        solo, swarm = world.solo.pages("events", "events"), stack.pages("events", "events")
        ours, theirs = shapes(swarm), shapes(solo)
        only_swarm, only_solo = [e for e in ours if e not in theirs], [e for e in theirs if e not in ours]
        need(ours == theirs, f"swarm {len(ours)}, solo {len(theirs)}; only swarm {only_swarm[:4]}, only solo {only_solo[:4]}")
        return f"{len(ours)} events, equal by project, kind, ticker and status; {sum(map(len, world.waves))} further tellings in {len(world.waves)} waves among them"

    def out():
        # Where solo could not be started, the check before this one has said so.
        fronts = {"swarm": stack, **({"solo": world.solo} if world.solo else {})}
        got, secrets, streams = {}, {}, {}
        for form, front in fronts.items():
            url, got[form] = receive(world, gateway(stack) if form == "swarm" else "127.0.0.1")
            secrets[form] = front.api("webhooks", {"url": url})["secret"]
            streams[form] = Stream(front)
            streams[form].start()
            need(streams[form].connected.wait(10), f"the stream of {form} did not open")
        now = datetime.datetime.now(datetime.timezone.utc)
        items = [{"id": f"live-{n}", "url": f"http://publisher:8000/live/{n}", "title": f"{name} (${ticker}) token generation event is live",
                  "content_text": f"The {name} ${ticker} token generation event is now live. The {ticker} token has launched and claims are open.",
                  "date_published": now.isoformat(timespec="seconds")} for n, (name, ticker) in enumerate(LIVE)]
        publish(world, "live.xml", items)
        tickers = {t for _, t in LIVE}
        published = time.monotonic()
        state.update(fronts=fronts, got=got, secrets=secrets, tickers=tickers, streams=streams)
        took = {}
        for form, stream in streams.items():
            told = lambda: {a["ticker"]: t for t, _, c in reversed(stream.changes) for a in c["event"]["assets"] if a["ticker"] in tickers}
            wait_for(f"changes of {sorted(tickers)} by SSE of {form}", 60, lambda: set(told()) == tickers or None, every=0.1)
            took[form] = max(told().values()) - published
        return ", ".join(f"{form} {seconds:.1f} s" for form, seconds in took.items()) + " after publishing (polled each 2 s)"

    def webhook():
        need("got" in state, "nothing was published")
        from standardwebhooks.webhooks import Webhook
        for form, got in state["got"].items():
            secret = state["secrets"][form]
            told = lambda: {t for body, _ in got for t in state["tickers"] if t.encode() in body}
            wait_for(f"a delivery of {form} for each launch", 60, lambda: told() == state["tickers"] or None)
            for body, headers in got:
                Webhook(secret).verify(body.decode(), {k.lower(): v for k, v in headers.items()})
            forged = got[0][0].decode() + " "
            try:
                Webhook(secret).verify(forged, {k.lower(): v for k, v in got[0][1].items()})
            except Exception:
                pass
            else:
                raise Failed(f"a forged body of {form} was verified: this proves nothing")
        return ", ".join(f"{form} {len(got)}" for form, got in state["got"].items()) + " deliveries verified by PyPI standardwebhooks, forged ones refused"

    def console():
        need("fronts" in state, "nothing was published")
        for form, front in state["fronts"].items():
            status, page = front.request("GET", "/events", headers={"accept": "text/html"})
            missing = [name for name, ticker in LIVE if name not in page or ticker not in page]
            need(status == 200 and not missing, f"the event feed of {form} answered {status} without {missing}")
            launches = [e for e in front.pages("events", "events") if {a["ticker"] for a in e["assets"]} & state["tickers"]]
            listed = {a["ticker"] for e in launches for a in e["assets"]}
            need(listed >= state["tickers"], f"{form} lists {sorted(listed)} of {sorted(state['tickers'])}")
            for event in launches:
                status, page = front.request("GET", "/" + event["name"], headers={"accept": "text/html"})
                marked = " ".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.S)).lower()
                need(status == 200 and "token generation event" in marked, f"{form}: the page of {event['name']} answered {status} and highlights {marked[:200]!r}")
        return f"the feed of {' and of '.join(state['fronts'])} shows all {len(LIVE)} launches, each page highlights its reasons"

    if report.check("real feeds become events", read):
        report.check("solo makes the same events", same)
    report.check("published live: SSE", out)
    report.check("published live: webhook", webhook)
    report.check("published live: console", console)
    for stream in state.get("streams", {}).values():
        stream.stopped = True
    report.check("one trace from fetch to event", lambda: services.trace(stack))


def settled(stack, world):
    health = {s["name"]: s["health"] for s in stack.api("sources")["sources"] if s["name"] in world.names}
    waiting = [n for n, h in health.items() if h["polls"] == 0]
    if waiting or len(health) < len(world.names):
        raise Failed(f"{len(health)} of {len(world.names)} sources known, not read yet: {waiting[:6]}")
    return health
