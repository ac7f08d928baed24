"""News that nobody made: titles and excerpts for articles that the demo writes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_PLACES: Final = (
    "Corrick",
    "Vellmar",
    "Port Ambrose",
    "Ferrow",
    "Marrow Bay",
    "Tern Island",
    "Lower Ash",
    "Gullmouth",
    "Halfpenny Green",
    "Saltmarsh",
    "Upper Dunnock",
    "Kettleby",
)

_DOERS: Final = (
    "Lighthouse",
    "Bakery",
    "Library",
    "Orchard",
    "Tramway",
    "Museum",
    "Fire Brigade",
    "Choir",
    "Ferry",
    "Observatory",
    "Post Office",
    "Swimming Pool",
    "Brewery",
    "Theatre",
    "Beekeeper",
    "Registry",
    "Aquarium",
    "Printworks",
    "Zoo",
    "Town Band",
)

_DEEDS: Final = (
    ("Learns to Whistle", "AI", "It took {n} evenings and one very patient neighbour."),
    (
        "Lets Robots Carry the Ladders",
        "AI in Robotics",
        "All {n} ladders arrived, {m} upside down.",
    ),
    ("Counts Clouds by Camera", "Computer Vision", "{n} clouds so far; the {m} sheep were honest."),
    ("Teaches a Parrot to Label Photographs", "Machine Learning", "It charges {n} nuts an hour."),
    ("Asks a Chatbot About the Tides", "Natural Language Processing", "Right {m} times of {n}."),
    ("Runs Its Heating on a Spare Chip", "AI Hardware", "The chip saves {n} marks a month."),
    ("Swaps Meters for Careful Guesses", "Math for AI", "Off by {m} per cent, and proud of it."),
    ("Publishes Every Decision It Automates", "AI Ethics", "{n} pages, {m} of them apologies."),
    ("Marks Homework Without a Red Pen", "AI in Education", "{n} pupils asked for it back."),
    ("Predicts the Price of Turnips", "AI in Finance", "Turnips disagreed on {m} of {n} days."),
    ("Drives the Night Bus to the Sea", "AI in Autos", "{n} passengers, {m} of them asleep."),
    ("Catches a Forged Invitation", "AI in Security", "Only {m} of {n} guests were invented."),
    ("Reminds Patients in Rhyme", "AI in Healthcare", "{n} of them came, {m} of them singing."),
)

_OUTLETS: Final = (
    ("Harbour Herald", "harbour-herald.example"),
    ("Northwind Wire", "northwind-wire.example"),
    ("The Daily Gradient", "daily-gradient.example"),
    ("Second Thoughts", "second-thoughts.example"),
    ("Vellmar Times", "vellmar-times.example"),
)

INVENTIONS: Final = len(_PLACES) * len(_DOERS) * len(_DEEDS)
"""How many there are; after the last they come again."""

_STEP: Final = 787
"""Shares no factor with INVENTIONS, so that all come, and those that follow each other differ."""


@dataclass(frozen=True, slots=True)
class Invention:
    """What an article says that is not there yet."""

    title: str
    excerpt: str
    topic: str
    outlet: str
    domain: str


def invent(number: int) -> Invention:
    """Return the news of that number: always the same, and for each of INVENTIONS another."""
    rest, deed = divmod(number * _STEP % INVENTIONS, len(_DEEDS))
    place, doer = divmod(rest, len(_DOERS))
    what, topic, excerpt = _DEEDS[deed]
    outlet, domain = _OUTLETS[number % len(_OUTLETS)]
    told = excerpt.format(n=20 + number % 61, m=3 + number % 13)
    title = f"{_PLACES[place]} {_DOERS[doer]} {what}"
    return Invention(title, told, topic, outlet, domain)
