"""What PyPI's feedparser finds in each file of a directory, one JSON object a line.

usage: second_opinion.py DIRECTORY BASE_URL

A second opinion for the test `corpus`: count, title, link, id and date of every entry, as a program nobody here wrote
reads them. Titles are made plain here, because feedparser leaves markup in them.
"""

import calendar
import html
import json
import os
import re
import sys

import feedparser

HEADER = re.compile(rb"^Header:\s*Content-type:\s*(.+)$", re.I | re.M)


def content_type(body):
    """The header a test file asks for in its first comment; one that claims nothing where it asks for none."""
    found = HEADER.search(body[:2000])
    return found.group(1).decode("latin-1").strip() if found else "application/xml"


def plain(text):
    """Markup off, references undone, blanks folded."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", "", text)
    text = re.sub(r"[\u00ad\u200b\u200e\u200f\ufeff\u202a-\u202e\u2060\u2066-\u2069]", "", html.unescape(text))
    return re.sub(r"\s+", " ", text).strip()


def moment(entry):
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    return calendar.timegm(parsed) if parsed else None


def link(entry):
    """The entry's link; not the id that feedparser puts there when it is no address of a page (urn:, tag:)."""
    found = entry.get("link", "")
    return "" if found == entry.get("id") and not found.startswith("http") else found


def main(directory, base):
    for folder in sorted(os.listdir(directory)):
        path = os.path.join(directory, folder)
        if not os.path.isdir(path):
            continue
        for name in sorted(os.listdir(path)):
            with open(os.path.join(path, name), "rb") as file:
                body = file.read()
            kind = content_type(body)
            headers = {"content-location": base}
            if kind:
                headers["content-type"] = kind
            out = {"file": f"{folder}/{name}", "content_type": kind}
            if folder in ("html", "article_gold"):
                print(json.dumps(out))
                continue
            feed = feedparser.parse(body, response_headers=headers, sanitize_html=False)
            # Without a base: feedparser resolves ids like links, but an id is opaque (RFC 4287, 4.2.6).
            bare = {key: value for key, value in headers.items() if key != "content-location"}
            ids = [entry.get("id", "") for entry in feedparser.parse(body, response_headers=bare).entries]
            out["version"] = feed.get("version", "")
            out["well_formed"] = not feed.bozo
            out["why"] = repr(feed.get("bozo_exception"))[:200] if feed.bozo else ""
            out["entries"] = [
                {
                    "title": plain(entry.get("title", "")),
                    "link": link(entry),
                    "id": re.sub(r"\s+", " ", known).strip(),
                    "published": moment(entry),
                    "speaks": bool(
                        plain(entry.get("title", ""))
                        or plain(entry.get("summary", ""))
                        or any(plain(part.get("value", "")) for part in entry.get("content", []))
                    ),
                }
                for entry, known in zip(feed.entries, ids)
            ]
            print(json.dumps(out))


main(*sys.argv[1:])
