// Keeps a page fresh and adds what only the reader's machine knows: the time zone, how long ago, the clipboard.
//
// It never builds markup out of data. When the stream of changes speaks, or a few seconds have passed, it asks for this
// very page again and puts the parts marked `data-live` in place; so filters and escaping are the server's alone.
"use strict";
(() => {
  const main = document.getElementById("main");
  const button = document.getElementById("live");
  const stale = document.getElementById("stale");
  const say = document.getElementById("say");

  // === moments ===

  const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  const clock = new Intl.DateTimeFormat("en-GB", CLOCK);
  const clockOfDay = new Intl.DateTimeFormat("en-GB", { ...CLOCK, weekday: "short" });
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
  const inUtc = new Date().getTimezoneOffset() === 0;
  const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

  function ago(at) {
    const secs = Math.round((at - Date.now()) / 1000);
    if (Math.abs(secs) < 2) return "now";
    const [unit, size] = UNITS.find(([, size]) => Math.abs(secs) >= size) ?? UNITS[3];
    return relative.format(Math.trunc(secs / size), unit);
  }

  // The reader's own time; with the day where it is another than the day of UTC that stands before it.
  function local(at) {
    return (at.getDate() === at.getUTCDate() ? clock : clockOfDay).format(at);
  }

  function tell(root) {
    for (const time of root.querySelectorAll("time.when")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      if (!time.title) time.title = time.textContent.trim() + "\n" + full.format(at);
      let more = time.querySelector(".more");
      if (!more) {
        more = document.createElement("span");
        more.className = "more";
        time.append(" ", more);
      }
      // Blanks that do not break, so that a narrow column breaks between the two and not within.
      const words = (inUtc ? [ago(at)] : [local(at), ago(at)]).map((part) => part.replaceAll(" ", "\u00a0")).join(" · ");
      if (more.textContent !== words) more.textContent = words;
    }
  }

  // === the clipboard ===

  function armed(root) {
    for (const one of root.querySelectorAll("button[data-copy]")) one.hidden = false;
  }

  document.addEventListener("click", async (event) => {
    const one = event.target.closest("button[data-copy]");
    if (!one) return;
    const word = one.firstChild;
    try {
      await navigator.clipboard.writeText(one.dataset.copy);
      word.textContent = "Copied";
    } catch {
      // Without TLS there is no clipboard outside loopback: select the line, so that the keys copy it.
      getSelection().selectAllChildren(one.parentElement.querySelector("code"));
      word.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { word.textContent = "Copy"; }, 2000);
  });

  // === freshness ===

  const source = main?.dataset.stream;
  const every = Number(main?.dataset.every ?? 0) * 1000;
  const GAP = 400;          // between two loads of the page, however fast changes come
  const SILENCE = 40000;    // the stream's heartbeat comes each 15 s
  let paused = false;
  let asking = false;
  let again = false;
  let lastTry = 0;
  let lastGood = Date.now();
  let stream = null;
  let wait = 1000;
  let pageLost = "";
  let streamLost = "";

  function show() {
    const lost = pageLost || streamLost;
    const state = paused ? "paused" : lost ? "stale" : "live";
    if (button.dataset.state !== state) {
      button.dataset.state = state;
      button.textContent = { live: "Live", paused: "Paused", stale: "Stale" }[state];
      button.setAttribute("aria-pressed", String(paused));
      button.title = paused ? "Go on updating" : "Pause updating";
    }
    stale.hidden = paused || !lost;
    const text = lost && `${lost} This page shows what was known at ${new Date(lastGood).toISOString().slice(11, 19)} UTC; trying again.`;
    if (!stale.hidden && stale.textContent !== text) stale.textContent = text;
  }

  function keys(root) {
    return new Map([...root.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row.dataset.revision ?? ""]));
  }

  // Puts the new part in place of the old, keeps the focus, marks what is new. Answers how many rows are.
  function replace(old, fresh) {
    const before = keys(old);
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    const next = document.importNode(fresh, true);
    tell(next);
    armed(next);
    let count = 0;
    for (const row of next.querySelectorAll("[data-key]")) {
      if (before.get(row.dataset.key) !== (row.dataset.revision ?? "")) {
        row.classList.add("fresh");
        count += 1;
      }
    }
    old.replaceWith(next);
    if (focus) {
      const same = focus.id
        ? document.getElementById(focus.id)
        : [...next.querySelectorAll(focus.localName)].find((e) => e.getAttribute("href") === focus.getAttribute("href"));
      same?.focus({ preventScroll: true });
    }
    return before.size || count ? count : 0;
  }

  function reading(part) {
    const selection = getSelection();
    return !selection.isCollapsed && part.contains(selection.anchorNode);
  }

  async function refresh() {
    if (paused || document.hidden) return;
    if (asking || Date.now() - lastTry < GAP) {
      if (!again) {
        again = true;
        setTimeout(() => { again = false; refresh(); }, GAP);
      }
      return;
    }
    asking = true;
    lastTry = Date.now();
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", signal: AbortSignal.timeout(10000) });
      if (answer.redirected && new URL(answer.url).pathname === "/login") {
        pageLost = "The session has ended: load the page again to log in.";
      } else if (!answer.ok) {
        pageLost = `The queen answers ${answer.status}.`;
      } else {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        let count = 0;
        for (const old of document.querySelectorAll("[data-live]")) {
          const fresh = page.getElementById(old.id);
          if (fresh && !reading(old) && fresh.innerHTML !== old.dataset.was) {
            const was = fresh.innerHTML;
            count += replace(old, fresh);
            document.getElementById(old.id).dataset.was = was;
          }
        }
        if (count && source) say.textContent = count === 1 ? "1 row is new or changed" : `${count} rows are new or changed`;
        pageLost = "";
        lastGood = Date.now();
      }
    } catch {
      pageLost = "The queen does not answer.";
    }
    asking = false;
    show();
  }

  // The stream is read by hand, not by EventSource, because only so its heartbeats are seen: a connection that is open
  // and dead looks alive to EventSource for ever.
  async function follow() {
    while (source && !paused && !document.hidden) {
      const stop = new AbortController();
      stream = stop;
      let watchdog = setTimeout(() => stop.abort(), SILENCE);
      try {
        const answer = await fetch(source, { headers: { accept: "text/event-stream" }, credentials: "same-origin", signal: stop.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        streamLost = "";
        wait = 1000;
        refresh();
        let rest = "";
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          clearTimeout(watchdog);
          watchdog = setTimeout(() => stop.abort(), SILENCE);
          const lines = (rest + value).split("\n");
          rest = lines.pop();
          if (lines.some((line) => line.startsWith("event:"))) refresh();
        }
      } catch {
        // Told below, like an end without an error.
      }
      clearTimeout(watchdog);
      if (stream !== stop || paused || document.hidden) return;
      streamLost = "The stream of changes is interrupted.";
      show();
      await new Promise((done) => setTimeout(done, wait * (0.75 + Math.random() / 2)));
      wait = Math.min(wait * 2, 15000);
    }
  }

  function halt() {
    const old = stream;
    stream = null;
    old?.abort();
  }

  function resume() {
    halt();
    refresh();
    follow();
    show();
  }

  tell(document);
  armed(document);
  setInterval(() => tell(document), 1000);
  const zone = document.getElementById("zone");
  if (zone && !inUtc) zone.textContent = ", then yours (" + Intl.DateTimeFormat().resolvedOptions().timeZone + ")";
  if (!button || !(source || every)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    if (paused) halt();
    else resume();
    show();
  });
  // A hidden page costs nobody anything; it is brought up to date when somebody looks.
  document.addEventListener("visibilitychange", () => (document.hidden ? halt() : resume()));
  addEventListener("pagehide", halt);
  addEventListener("pageshow", (event) => { if (event.persisted) resume(); });
  if (every) setInterval(refresh, every);
  show();
  follow();
})();
