"""Files of articles: a full one with every field, and small ones about a field or two."""

from __future__ import annotations

FULL = """\
---
category: news
title: "Caf&#233; robots &amp; their “baristas”"
excerpt: "A robot that pours..."
publishedDateTime: 2026-03-04T09:30:00Z
originalUrl: "https://example.com/robots?utm_source=feed"
webUrl: "https://www.example.com/robots"
ampWebUrl: "https://www.example.com/amp/robots"
cdnAmpWebUrl: "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/amp/robots"
type: video
quality: 54
heat: 74
published: true

provider:
  name: Example Post
  domain: www.Example.com
  images:
    - url: "https://example.org/logo-50x50.png"
      width: 50
      height: 50

topics:
  - AI in Robotics
  - AI

images:
  - url: "https://example.org/robot.png"
    width: 1200
    height: 630
    isCached: true

related:
  - title: "Robot pours coffee"
    excerpt: "It does."
    publishedDateTime: 2026-03-04T10:00:00+02:00
    webUrl: "https://times.example/coffee"
    ampWebUrl: "https://times.example/coffee?amp=1"
    type: article
    provider:
      name: The Example Times
      domain: times.example
    quality: 44
    images:
      - url: "https://times.example/coffee.jpg"

secured: "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
futureField: {anything: [goes]}
---

"""

SMALL = {
    "title": "A title",
    "publishedDateTime": "2026-03-04T09:30:00Z",
    "webUrl": "https://example.com/a",
    "provider": "\n  name: Example Post",
    "quality": "5",
    "heat": "7",
    "published": "true",
}


def file_of(**fields: str | None) -> bytes:
    """A small valid file; a field that is given replaces the usual one, None leaves it out."""
    lines = [f"{key}: {value}" for key, value in (SMALL | fields).items() if value is not None]
    return "\n".join(["---", *lines, "---", ""]).encode()
