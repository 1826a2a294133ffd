#!/usr/bin/env python3
"""Prints solo's figures: start to ready, idle memory, pushed observation to SSE, documents a second through the whole pipeline.

    tools/figures.py [PROGRAM]      target/quick/tge-swarm by default; TGE_SHARED names the folder with eval/stream.jsonl.zst

A measurement, not a test: figures of a shared machine mean little alone."""
import http.client, json, os, pathlib, re, subprocess, sys, tempfile, threading, time, urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/quick/tge-swarm")
SHARED = pathlib.Path(os.environ.get("TGE_SHARED", ROOT.parent / "shared"))
NAMES = ["Alder", "Birch", "Cedar", "Daphne", "Elmer", "Fennel", "Garnet", "Hazel", "Iris", "Jasper"]


def memory(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / "sources").mkdir()
    begun = time.time()
    solo = subprocess.Popen([PROGRAM, "--data", f"{folder}/data", "--listen", "127.0.0.1:0", "--sources", f"{folder}/sources"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = next(m[1] for m in (re.search(r"http://([\d.:]+)/login", line) for line in solo.stdout) if m)
        while True:
            try:
                if urllib.request.urlopen(f"http://{address}/ready", timeout=1).status == 200:
                    break
            except OSError:
                time.sleep(0.005)
        print(f"start to ready {(time.time() - begun) * 1000:.0f} ms")
        time.sleep(3)
        print(f"idle {memory(solo.pid):.0f} MB")
        headers = {"authorization": "Bearer " + pathlib.Path(f"{folder}/data/api-key").read_text().strip()}

        seen = {}

        def follow():
            stream = urllib.request.urlopen(urllib.request.Request(f"http://{address}/api/v1/events:stream", headers=headers), timeout=120)
            for line in stream:
                if line.startswith(b"data:"):
                    project = json.loads(line[5:])["event"].get("project") or {}
                    seen.setdefault(project.get("name", ""), time.time())

        threading.Thread(target=follow, daemon=True).start()
        time.sleep(0.5)
        connection, sent = http.client.HTTPConnection(address), {}
        for i in range(200):
            name = NAMES[i % 10] + NAMES[i // 10 % 10].lower() + NAMES[i // 100 % 10].lower()
            document = {"source": "figures", "id": str(i), "title": f"{name} Finance launches its token ${name[:4].upper()} with a token generation event (TGE)",
                        "text": f"{name} Finance announced that its token generation event (TGE) is live. The {name} Finance token has launched."}
            sent[name] = time.time()
            connection.request("POST", "/api/v1/observations", json.dumps(document), headers)
            connection.getresponse().read()
            time.sleep(0.05)
        time.sleep(2)
        times = sorted((at - sent[name]) * 1000 for name in sent for project, at in seen.items() if project.startswith(name))
        print(f"pushed to SSE at 20/s: {len(times)} of {len(sent)} told, p50 {times[len(times) // 2]:.1f} ms, p99 {times[int(len(times) * .99) - 1]:.1f} ms")

        stream = SHARED / "eval/stream.jsonl.zst"
        if stream.exists():
            # The whole stream, in six parts: memory that grows with what has passed would show.
            part = 20_000
            unpacked = subprocess.Popen(["zstd", "-dc", str(stream)], stdout=subprocess.PIPE)
            for done in range(part, 120_001, part):
                lines = [line for line in (unpacked.stdout.readline() for _ in range(part)) if line]
                begun = time.time()
                for i in range(0, len(lines), 200):
                    connection.request("POST", "/api/v1/observations?arrival=backfill", b"".join(lines[i:i + 200]), {**headers, "content-type": "application/x-ndjson"})
                    connection.getresponse().read()
                while True:
                    status = json.load(urllib.request.urlopen(urllib.request.Request(f"http://{address}/api/v1/status", headers=headers)))
                    if all(stage["waiting"] == 0 for stage in status["stages"]):
                        break
                    time.sleep(0.05)
                print(f"{len(lines) / (time.time() - begun):.0f} stream documents/s through the whole pipeline, {memory(solo.pid):.0f} MB after {done}", flush=True)
            unpacked.kill()
        else:
            print(f"documents/s: skipped, {stream} is absent")
    finally:
        solo.terminate()
        solo.wait(10)
