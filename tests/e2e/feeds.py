"""Real input: published files of other people and a feed made of the stream, read by the swarm and by solo, compared."""
import datetime, email.utils, functools, html, http.server, ipaddress, json, os, pathlib, re, socket, subprocess, threading, time

from report import Failed, Skipped, need, wait_for
from stack import ROOT, idle, run

SHARED = pathlib.Path(os.environ["TGE_SHARED"]).resolve()
TOOLS = os.environ.get("TGE_TOOLS_IMAGE", "offline/tools:local")
# Of each kind of file so many; more would only wait for the pause we keep between requests to one host.
REAL = {"rss": 8, "atom": 5, "json": 3}
STREAM_LINES, STREAM_KEEP = 8_000, 200
# From here on a hedged telling goes on as a rumour, as the agent that detects has it.
RUMOUR = 0.3
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
        self.solo, self.server, self.receiver = None, None, None
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
        told = [l for l in lines if verdicts[l["id"]]["score"] >= RUMOUR and names(verdicts[l["id"]])][: STREAM_KEEP // 2]
        taken = {l["id"] for l in told}
        others = [l for l in lines if l["id"] not in taken and verdicts[l["id"]]["score"] < RUMOUR][: STREAM_KEEP - len(told)]
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
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(self.www)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        folder = self.stack.tmp / "solo-sources"
        self.sources(folder, f"http://127.0.0.1:{self.server.server_port}")
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.solo_port = s.getsockname()[1]
        self.solo_data = self.stack.tmp / "solo"
        self.solo_log = open(self.stack.tmp / "solo.log", "wb")
        self.solo = subprocess.Popen([str(self.bin / "tge-swarm"), "--data", str(self.solo_data), "--listen", f"127.0.0.1:{self.solo_port}",
                                      "--sources", str(folder), "--projects", str(ROOT / "config/projects.yaml"), "--allow-net", "127.0.0.0/8"],
                                     stdout=self.solo_log, stderr=subprocess.STDOUT)
        wait_for("solo answers", 30, lambda: self.solo_api("status"))

    def solo_api(self, path):
        import urllib.request
        request = urllib.request.Request(f"http://127.0.0.1:{self.solo_port}/api/v1/{path}",
                                         headers={"authorization": "Bearer " + (self.solo_data / "api-key").read_text().strip()})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def close(self):
        if self.solo:
            self.solo.terminate()
            try:
                self.solo.wait(10)
            except subprocess.TimeoutExpired:
                self.solo.kill()
        for server in (self.server, self.receiver):
            if server:
                server.shutdown()


def retold():
    """Documents of which two or more tell of one happening: what the stream, cut short, has too few of."""
    pairs = [json.loads(line) for line in (SHARED / "eval/dups.jsonl").read_text().splitlines()]
    documents = {d["id"]: d for pair in pairs if pair["duplicate"] for d in (pair["a"], pair["b"])}
    return [{**d, "url": f"http://publisher:8000/retold/{i}", "title": d["title"] or ""} for i, d in documents.items()]


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
    """A subscriber: every change by SSE through HAProxy, with the moment it came; resumes after a cut."""

    def __init__(self, stack):
        super().__init__(daemon=True)
        self.stack, self.changes, self.last, self.stopped, self.connected, self.cuts = stack, [], None, False, threading.Event(), 0

    def run(self):
        import http.client
        while not self.stopped:
            connection = http.client.HTTPSConnection("localhost", self.stack.port("HTTPS_PORT"), timeout=30, context=self.stack.tls)
            try:
                headers = {"authorization": f"Bearer {self.stack.key}", "accept": "text/event-stream"}
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


def receive(world):
    """A subscriber's server at the gateway of the network that may go out."""
    stack, got = world.stack, []
    gateway = json.loads(run("docker", "network", "inspect", f"{stack.project}_swarm-egress"))[0]["IPAM"]["Config"][0]
    address = gateway.get("Gateway") or str(next(ipaddress.ip_network(gateway["Subnet"]).hosts()))

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((body, dict(self.headers.items())))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass
    world.receiver = http.server.ThreadingHTTPServer((address, 0), Receiver)
    threading.Thread(target=world.receiver.serve_forever, daemon=True).start()
    return f"http://{address}:{world.receiver.server_port}/hook", got


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
        polled(world.solo_api, world.names)
        for number in range(len(world.waves)):
            items = [i for wave in world.waves[: number + 1] for i in wave]
            publish(world, "waves.xml", items)
            for get in (world.solo_api, stack.api):
                arrived(get, len(items))
        solo, swarm = world.solo_api("events?page_size=500")["events"], stack.pages("events", "events")
        ours, theirs = shapes(swarm), shapes(solo)
        only_swarm, only_solo = [e for e in ours if e not in theirs], [e for e in theirs if e not in ours]
        need(ours == theirs, f"swarm {len(ours)}, solo {len(theirs)}; only swarm {only_swarm[:4]}, only solo {only_solo[:4]}")
        return f"{len(ours)} events, equal by project, kind, ticker and status; {sum(map(len, world.waves))} further tellings in {len(world.waves)} waves among them"

    def out():
        url, got = receive(world)
        added = stack.api("webhooks", {"url": url})
        stream = Stream(stack)
        stream.start()
        need(stream.connected.wait(10), "the stream did not open")
        now = datetime.datetime.now(datetime.timezone.utc)
        items = [{"id": f"live-{n}", "url": f"http://publisher:8000/live/{n}", "title": f"{name} (${ticker}) token generation event is live",
                  "content_text": f"The {name} ${ticker} token generation event is now live. The {ticker} token has launched and claims are open.",
                  "date_published": now.isoformat(timespec="seconds")} for n, (name, ticker) in enumerate(LIVE)]
        publish(world, "live.xml", items)
        tickers = {t for _, t in LIVE}
        published = time.monotonic()
        seen = lambda: {a["ticker"] for _, _, c in stream.changes for a in c["event"]["assets"]} & tickers
        wait_for(f"changes of {sorted(tickers)} by SSE", 60, lambda: seen() == tickers or None, every=0.1)
        took = max(t for t, _, c in stream.changes if tickers & {a["ticker"] for a in c["event"]["assets"]}) - published
        state.update(got=got, secret=added["secret"], tickers=tickers, stream=stream)
        return f"{len(stream.changes)} changes by SSE through HAProxy, {took:.1f} s after publishing (polled each 2 s)"

    def webhook():
        need("got" in state, "nothing was published")
        from standardwebhooks.webhooks import Webhook
        told = lambda: {t for body, _ in state["got"] for t in state["tickers"] if t.encode() in body}
        wait_for("a delivery for each launch", 60, lambda: told() == state["tickers"] or None)
        for body, headers in state["got"]:
            Webhook(state["secret"]).verify(body.decode(), {k.lower(): v for k, v in headers.items()})
        forged = state["got"][0][0].decode() + " "
        try:
            Webhook(state["secret"]).verify(forged, {k.lower(): v for k, v in state["got"][0][1].items()})
        except Exception:
            pass
        else:
            raise Failed("a forged body was verified: this proves nothing")
        return f"{len(state['got'])} deliveries verified by PyPI standardwebhooks, a forged one refused"

    if report.check("real feeds become events", read):
        report.check("solo makes the same events", same)
    report.check("published live: SSE", out)
    report.check("published live: webhook", webhook)
    if "stream" in state:
        state["stream"].stopped = True
    report.check("one trace from fetch to event", lambda: services.trace(stack))


def settled(stack, world):
    health = {s["name"]: s["health"] for s in stack.api("sources")["sources"] if s["name"] in world.names}
    waiting = [n for n, h in health.items() if h["polls"] == 0]
    if waiting or len(health) < len(world.names):
        raise Failed(f"{len(health)} of {len(world.names)} sources known, not read yet: {waiting[:6]}")
    return health
