"""Tests a running console in a real browser: light, dark and 320 px wide, by keyboard, without script, live and cut off.

Knows nothing of what is stored: it opens the pages it finds. One line a check; exit code 1 when one failed.
"""

import argparse
import pathlib
import random
import re
import sys
import time
import traceback
from urllib.parse import urlparse

from playwright.sync_api import expect, sync_playwright

# Every text against what is painted behind it, by WCAG 2.2: 4.5:1, or 3:1 where it is large.
CONTRAST = """() => {
  const read = (text) => {
    const n = (text.match(/[-\\d.e]+/g) ?? []).map(Number);
    if (text.startsWith("color(srgb")) return [n[0] * 255, n[1] * 255, n[2] * 255, n[3] ?? 1];
    return [n[0], n[1], n[2], n[3] ?? 1];
  };
  const over = (top, below) => below.map((c, i) => (i < 3 ? top[i] * top[3] + c * (1 - top[3]) : 1));
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const stack = [];
    for (let e = element; e; e = e.parentElement) stack.push(read(getComputedStyle(e).backgroundColor));
    return stack.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const bad = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.checkVisibility({ visibilityProperty: true }) || element.closest(".hush, svg, .skip, .fresh")) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const text = over(read(style.color), ground);
    const [a, b] = [light(text), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5) - 0.01) bad.push(`${ratio.toFixed(2)} ${element.localName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`);
  }
  return bad;
}"""

# What can be operated is at least 24 by 24 pixels, unless it stands in a line of text (WCAG 2.2, 2.5.8).
TARGETS = """() => [...document.querySelectorAll("button, select, input:not([type=hidden]):not([type=checkbox]), nav a, summary, .tile")]
  .filter((e) => e.checkVisibility() && !e.closest(".crumbs, .pages"))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([, r]) => r.width < 24 || r.height < 24)
  .map(([e, r]) => `${e.localName} ${e.textContent.trim().slice(0, 20)} ${r.width}x${r.height}`)"""

WIDE = """() => ({ wide: document.documentElement.scrollWidth, room: innerWidth, who: [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".hush, .copy code")).slice(0, 3)
  .map((e) => e.localName + "." + e.className) })"""

FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
  return { name: e.localName + (e.id ? "#" + e.id : ""), text: (e.textContent || e.name || "").trim().slice(0, 30),
    href: e.getAttribute("href"), outline: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
    seen: r.width > 0 && r.bottom > 0 && r.top < innerHeight }; }"""

VIEWS = [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)]


class Console:
    def __init__(self, options, browser):
        self.options, self.browser, self.base = options, browser, options.base.rstrip("/")
        self.state = None

    def context(self, scheme="light", width=1280, **more):
        context = self.browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, storage_state=self.state,
            timezone_id=more.pop("timezone_id", "Asia/Tokyo"), **more)
        context.set_default_timeout(15000)
        return context

    def open(self, context, path):
        """Opens a page and keeps what goes wrong on it."""
        page = context.new_page()
        page.wrong = []
        page.on("console", lambda m: page.wrong.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: page.wrong.append(f"script: {e}"))
        page.on("dialog", lambda d: (page.wrong.append(f"dialog: {d.message}"), d.dismiss()))
        page.on("request", lambda r: None if urlparse(r.url).netloc in (urlparse(self.base).netloc, "")
                else page.wrong.append(f"foreign request: {r.url}"))
        answer = page.goto(self.base + path, wait_until="load")
        assert answer.status == 200, f"{path} answers {answer.status}"
        return page

    def paths(self):
        """One of each kind of page, found by following links, and those asked for."""
        paths = {"overview": "/", "events": "/events", "agents": "/agents", "recoveries": "/recoveries", "sources": "/sources"}
        with self.context() as context:
            for name, start, pattern in (("event", "/events", "/events/"), ("source", "/sources", "/sources/")):
                page = self.open(context, start)
                link = page.locator(f"tbody th a[href^='{pattern}']").first
                if link.count():
                    paths[name] = link.get_attribute("href")
        for number, path in enumerate(self.options.page):
            paths[f"asked-{number + 1}"] = path
        return paths

    # === the checks ===

    def login(self):
        with self.context() as context:
            page = context.new_page()
            page.goto(self.base + "/events?q=a")
            assert urlparse(page.url).path == "/login", f"without a session: {page.url}"
            assert page.evaluate("document.activeElement.id") == "key", "the field of the key has the focus"
            page.screenshot(path=self.shot("login"))
            page.fill("#key", "tge_not-a-key")
            page.keyboard.press("Enter")
            expect(page.locator("[role=alert]")).to_contain_text("not known here")
            page.goto(self.options.login)
            assert urlparse(page.url).path == "/", f"after the login: {page.url}"
            cookie = next(c for c in context.cookies() if c["name"] == "tge_session")
            assert cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie
            self.state = context.storage_state()

    def views(self):
        wrong, count = [], 0
        paths = self.paths()
        for scheme, width in VIEWS:
            with self.context(scheme, width) as context:
                for name, path in paths.items():
                    page = self.open(context, path)
                    page.wait_for_timeout(150)
                    size = page.evaluate(WIDE)
                    found = list(page.wrong)
                    if size["wide"] > size["room"]:
                        found.append(f"{size['wide']} px wide in {size['room']}: {size['who']}")
                    found += [f"contrast {line}" for line in page.evaluate(CONTRAST)]
                    found += [f"small target {line}" for line in page.evaluate(TARGETS)]
                    if page.locator("h1").count() != 1:
                        found.append("not exactly one h1")
                    page.screenshot(path=self.shot(f"{name}-{scheme}-{width}"), full_page=True)
                    wrong += [f"{name} {scheme} {width}: {line}" for line in found]
                    count += 1
                    page.close()
        assert not wrong, "\n  ".join([""] + wrong[:40])
        return f"{count} views of {len(paths)} pages"

    def times(self):
        with self.context(timezone_id="Asia/Tokyo") as context:
            page = self.open(context, "/events")
            first = page.locator("time.when").first
            if not first.count():
                return "no event to look at"
            text = first.inner_text()
            assert "UTC" in text and re.search(r"GMT\+9|JST", text) and re.search(r"ago|now|in ", text), text
            return re.sub(r"\s+", " ", text)

    def live(self):
        with self.context() as context:
            page = self.open(context, "/events")
            state = "[...document.querySelectorAll('#feed [data-key]')].map((r) => r.dataset.key + r.dataset.revision).join()"
            before = page.evaluate(state)
            begun = time.monotonic()
            if self.options.push:
                self.push(page)
            page.wait_for_function(f"(before) => {state} !== before", arg=before, timeout=self.options.live_secs * 1000)
            took = time.monotonic() - begun
            assert page.locator("#feed .fresh").count() >= 1, "what is new is not marked"
            assert page.locator("#say").inner_text(), "what is new is not said to screen readers"
            page.screenshot(path=self.shot("live"))
            button = page.locator("#live")
            expect(button).to_have_text("Live")
            button.click()
            expect(button).to_have_attribute("aria-pressed", "true")
            expect(button).to_have_text("Paused")
            button.click()
            expect(button).to_have_text("Live")
            assert not page.wrong, page.wrong
            return f"a change showed by itself after {took:.1f} s"

    def push(self, page):
        """Pushes a launch nobody has told of yet, as the session that is logged in: the whole pipeline must show it."""
        name = "Zephyr" + "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=6))
        text = f"{name} today launched its native token ${name[6:].upper()}. The token generation event is live now."
        document = {"source": "browser-test", "title": f"{name} launches its native token", "text": text}
        status = page.evaluate("""async (document) => (await fetch("/api/v1/observations", { method: "POST",
            headers: { "content-type": "application/json" }, body: JSON.stringify(document) })).status""", document)
        assert status == 200, f"pushing a document answers {status}"
        page.wait_for_function("(name) => document.getElementById('feed').textContent.includes(name)", arg=name,
                               timeout=self.options.live_secs * 1000)

    def stale(self):
        with self.context() as context:
            context.route("**/api/v1/events:stream", lambda route: route.abort())
            page = context.new_page()
            page.goto(self.base + "/events")
            banner = page.locator("#stale")
            expect(banner).to_be_visible()
            expect(banner).to_contain_text("interrupted")
            page.screenshot(path=self.shot("stale"))
            context.unroute("**/api/v1/events:stream")
            expect(banner).to_be_hidden(timeout=30000)
            expect(page.locator("#live")).to_have_text("Live")

    def keyboard(self):
        with self.context() as context:
            page = self.open(context, "/events")
            page.keyboard.press("Tab")
            skip = page.evaluate(FOCUS)
            assert skip["href"] == "#main" and skip["seen"], f"the first stop is {skip}"
            stops = [skip]
            for _ in range(30):
                page.keyboard.press("Tab")
                stops.append(page.evaluate(FOCUS))
            blind = [s for s in stops if s["name"] != "body" and not (s["outline"] and s["seen"])]
            assert not blind, f"focus cannot be seen on {blind[:3]}"
            names = [s["name"] for s in stops] + [s["href"] or "" for s in stops]
            for wanted in ("/events", "/sources", "button#live", "input#q", "select#status"):
                assert wanted in names, f"{wanted} is not reached: {names}"
            page.goto(self.base + "/events")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "main", "the skip link leads to the content"
            return f"{len(stops)} stops"

    def scriptless(self):
        with self.context(java_script_enabled=False) as context:
            page = self.open(context, "/events")
            expect(page.locator("h1")).to_have_text("Events")
            expect(page.locator("#stale")).to_be_hidden()
            expect(page.locator("#live")).to_be_hidden()
            page.select_option("#status", "CONFIRMED")
            page.click("button.primary")
            assert "status=CONFIRMED" in page.url, page.url
            for status in page.locator("#feed tbody td[data-label=Status]").all_inner_texts():
                assert "CONFIRMED" in status, status
            if page.locator("time").count():
                assert "UTC" in page.locator("time.when").first.inner_text()
            page.screenshot(path=self.shot("scriptless"))

    def copy(self):
        with self.context(permissions=["clipboard-read", "clipboard-write"]) as context:
            page = self.open(context, "/events?status=CONFIRMED")
            page.locator("#copy summary").click()
            page.locator("button[data-copy]").first.click()
            expect(page.locator("button[data-copy]").first).to_contain_text("Copied")
            line = page.evaluate("navigator.clipboard.readText()")
            assert line.startswith("curl ") and "status=CONFIRMED" in line, line
            return line

    def events(self):
        """Opens every event of the first page: none may run anything or leave the house."""
        with self.context() as context:
            page = self.open(context, "/events")
            links = page.locator("tbody th a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
            for link in links:
                one = self.open(context, link)
                bad = one.locator("a:not([href^='/']):not([href^='#'])").evaluate_all(
                    "all => all.filter((a) => !/^https?:/.test(a.getAttribute('href')) || !a.rel.includes('noopener')).map((a) => a.outerHTML)")
                assert not bad and not one.wrong, (link, bad, one.wrong)
                one.close()
            return f"{len(links)} opened"

    def logout(self):
        with self.context() as context:
            page = self.open(context, "/")
            page.get_by_role("button", name="Log out").click()
            assert urlparse(page.url).path == "/login", page.url
            page.goto(self.base + "/events")
            assert urlparse(page.url).path == "/login", "the session has ended"

    def shot(self, name):
        return str(self.options.screenshots / f"{name}.png")


CHECKS = ["login", "views", "times", "keyboard", "scriptless", "copy", "events", "live", "stale", "logout"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="http://host:port")
    parser.add_argument("login", help="the address that opens the console once")
    parser.add_argument("--page", action="append", default=[], help="one more page to look at, as a path")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--screenshots", type=pathlib.Path, default=pathlib.Path("target/screenshots"))
    parser.add_argument("--live-secs", type=int, default=90, help="a change must come by itself within this time")
    parser.add_argument("--push", action="store_true", help="cause that change by pushing a document; without, wait for one")
    parser.add_argument("--only", action="append", choices=CHECKS, help="only these, after the login")
    options = parser.parse_args()
    options.screenshots.mkdir(parents=True, exist_ok=True)
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        console = Console(options, browser)
        for name in CHECKS:
            if options.only and name != "login" and name not in options.only:
                continue
            begun = time.monotonic()
            try:
                note = getattr(console, name)()
                print(f"ok    {name:<10} {time.monotonic() - begun:5.1f} s  {note or ''}", flush=True)
            except Exception as error:
                failed += 1
                place = traceback.extract_tb(error.__traceback__)[-1]
                print(f"FAIL  {name:<10} {time.monotonic() - begun:5.1f} s  {error} (line {place.lineno})", flush=True)
                if name == "login":
                    break
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
