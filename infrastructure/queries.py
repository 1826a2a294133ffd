#!/usr/bin/env python3
"""Asks a running Prometheus every query of every dashboard and every rule, and says which fail or answer nothing.

    infrastructure/queries.py URL [--expect-empty FILE] [--verbose]

A query that fails is always an error. A query that answers nothing is one, too, unless FILE (infrastructure/queries.expected by default)
names it with a reason. An alert that does not fire answers nothing by its nature: of alerts the parts are asked instead, each metric alone,
so that an alert about a metric nobody emits cannot hide. An entry of FILE that is not needed any more is reported, and is no error.
Exit code: 0 all answered, 1 something failed or was empty without a reason, 64 wrong use or Prometheus out of reach."""
import argparse, json, pathlib, re, sys, urllib.error, urllib.parse, urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Grafana's own variables, with the values a one-hour view would have.
GRAFANA = {"$__rate_interval": "1m", "$__interval": "15s", "$__range": "1h"}
# PromQL's words, so that what is left of an expression after its strings and labels are cut out are metric names.
WORDS = set("""by without on ignoring group_left group_right bool and or unless offset sum max min count avg topk bottomk quantile stddev
    rate irate increase delta idelta deriv histogram_quantile absent absent_over_time vector scalar time clamp clamp_min clamp_max abs ceil
    floor round label_replace label_join max_over_time min_over_time avg_over_time sum_over_time count_over_time last_over_time changes
    resets predict_linear inf nan""".split())


def metrics_of(expr):
    """Names of the metrics an expression reads. Selectors, strings, durations and label lists are removed first."""
    expr = re.sub(r'"(?:[^"\\]|\\.)*"', "", expr)
    expr = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", expr)
    expr = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", "", expr)
    return sorted({w for w in re.findall(r"(?<![\w.])[a-zA-Z_:][\w:]*", expr) if w.lower() not in WORDS})


def dashboard_queries():
    for path in sorted((ROOT / "grafana/dashboards").glob("*.json")):
        panels = json.loads(path.read_text())["panels"]
        for panel in panels + [inner for p in panels for inner in p.get("panels", [])]:
            for target in panel.get("targets", []):
                expr = target["expr"]
                for name, value in GRAFANA.items():
                    expr = expr.replace(name, value)
                yield f"{path.name}: {panel['title']} [{target['refId']}]", expr


def rule_queries(prometheus):
    """Rules as Prometheus itself loaded them: a rule file it does not read would otherwise look fine here."""
    groups = ask(prometheus, "/api/v1/rules")["groups"]
    if not groups:
        raise SystemExit("queries: this Prometheus has loaded no rules: is rule_files right and are the files mounted?")
    for group in groups:
        for rule in group["rules"]:
            if rule.get("lastError"):
                yield f"rule {rule['name']} (its last evaluation failed: {rule['lastError']})", rule["query"]
            elif rule["type"] == "recording":
                yield f"recording rule {rule['name']}", rule["query"]
            else:
                for metric in metrics_of(rule["query"]):
                    yield f"alert {rule['name']}: metric {metric}", metric


def ask(prometheus, path, **params):
    url = prometheus.rstrip("/") + path + ("?" + urllib.parse.urlencode(params) if params else "")
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        body = json.load(error) if "json" in error.headers.get("Content-Type", "") else {"status": "error", "error": str(error)}
    if body["status"] != "success":
        raise ValueError(body.get("error", "no reason given"))
    return body["data"]


def read_expected(path):
    """Lines `name: reason`, where name is a metric or a recorded series; everything else is refused."""
    expected = {}
    if not path.exists():
        return expected
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        # Recorded series have colons in their names: the reason begins behind a colon and a space.
        name, colon, reason = line.partition(": ")
        if not colon or not reason.strip():
            raise SystemExit(f"queries: {path}:{number}: expected `metric: reason`, found `{line}`")
        expected[name.strip()] = reason.strip()
    return expected


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("url", help="of a running Prometheus, such as http://127.0.0.1:9090")
    parser.add_argument("--expect-empty", type=pathlib.Path, default=ROOT / "infrastructure/queries.expected")
    parser.add_argument("--verbose", action="store_true", help="print what answered as well")
    args = parser.parse_args()
    expected, used, bad, excused, total = read_expected(args.expect_empty), set(), 0, 0, 0
    try:
        queries = list(dashboard_queries()) + list(rule_queries(args.url))
    except (OSError, ValueError) as error:
        print(f"queries: cannot read the rules of {args.url}: {error}: is it Prometheus, and is it up?", file=sys.stderr)
        return 64
    for where, expr in dict(queries).items():
        total += 1
        try:
            answer = ask(args.url, "/api/v1/query", query=expr)["result"]
        except (OSError, ValueError) as error:
            bad += 1
            print(f"FAILED  {where}: {error}\n        {expr}")
            continue
        if answer:
            if args.verbose:
                print(f"ok      {where}: {len(answer)}")
            continue
        # Excused only when something it reads is really absent for a known reason.
        reason = next((name for name in metrics_of(expr) if name in expected), None)
        if reason:
            used.add(reason)
            excused += 1
            print(f"excused {where}: {expected[reason]}")
        else:
            bad += 1
            print(f"EMPTY   {where}\n        {expr}")
    for name in sorted(expected.keys() - used):
        print(f"note    {name} answers now: its line in {args.expect_empty.name} may go")
    print(f"{total - bad - excused} answered, {excused} empty for a known reason, {bad} failed or empty")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
