"""How headlines word things: which words say nothing, which say the same, which change all.

The lists are English, since the outlets are. A word that stands in none of them is compared as it
is written, so that other languages are only joined more rarely, never wrongly.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _first_for_all(groups: str) -> dict[str, str]:
    """Map every word of a line to the first one of its line."""
    lines = [line.split() for line in groups.strip().splitlines()]
    return {word: line[0] for line in lines for word in line}


FILLERS: Final = _words("""
    a an the of in on at to into for with within as and or its it his her their our your my
    is are was were be been being has have had will do does did s this that these those there
    you we they he she i which new newly latest now today tonight just already also officially
    finally reportedly quietly publicly formally major massive huge big giant large landmark popular
    here over about amid via some more own company companies firm startup group so then
    """)
"""Words that come and go without changing what a headline reports."""

TURNS: Final = _words("""
    not no never without none nobody nothing neither nor hardly barely nearly almost
    nicht kein keine keinen ne pas non não niet geen nie не нет ikke inte ei değil
    may might could would should can must if unless until before after since during under below
    above less fewer by from against off up down out back again still only except instead versus vs
    why how what when where whether former ex formerly rumour rumor rumoured rumored alleged
    fail fails failed refuse refuses deny denies denied delay delays delayed stop stops halt halts
    end ends cancel cancels quit quits resume resumes block blocks threaten threatens
    pro mini max plus ultra lite air nano beta alpha preview prerelease trial demo teaser ga
    review opinion analysis explainer interview guide tutorial recap
    monday tuesday wednesday thursday friday saturday sunday january february march april june july
    august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
    few most all any every another other further additional separate rival different next last
    previous prior upcoming planned proposed attempted likely unlikely possible potential
    partially partly temporarily briefly rarely mistakenly falsely wrongly false fake illegal
    half double twice triple dozen
    ii iii iv vi vii viii ix xi xii
    """)
"""Words that make another story of a headline when only one of two has them."""

SERIES: Final = _words("""
    daily weekly fortnightly monthly roundup newsletter digest briefing bulletin overview podcast
    episode recap changelog communitycall meetup webinar
    """)
"""Words of titles that return with every issue of a series, and say little about this one."""

SAME: Final = _first_for_all("""
    launch launches launched launching unveil unveils unveiled unveiling
    launch introduce introduces introduced introducing announce announces announced announcing
    launch release releases released releasing debut debuts debuted reveal reveals revealed
    buy buys buying acquire acquires acquiring purchase purchases
    bought acquired purchased
    raise raises raised secure secures secured bag bags bagged nab nabs lands
    say says said
    show shows showed find finds found suggest suggests
    probe probes investigate investigates investigation investigations inquiry enquiry
    lawsuit lawsuits suit
    worker workers employee employees staff staffer staffers
    cut cuts slash slashes trim trims axe axes
    soar soars soared jump jumps jumped surge surges surged climb climbs rise rises
    fall falls fell drop drops dropped slide slides plunge plunges tumble tumbles
    ban bans prohibit prohibits outlaw outlaws
    approve approves clear clears greenlight greenlights okay okays
    win wins won
    lose loses lost
    warn warns caution cautions
    fix fixes fixed
    flaw flaws bug bugs vulnerability vulnerabilities
    help helps aid aids assist assists
    ceo chief boss
    deal deals agreement agreements pact
    researcher researchers scientist scientists
    child children kid kids
    student students pupil pupils
    doctor doctors physician physicians
    car cars vehicle vehicles automobile automobiles
    driverless autonomous selfdriving
    phone phones smartphone smartphones
    use uses using utilize utilizes
    build builds building make makes making create creates creating
    let lets allow allows enable enables
    get gets
    face facial
    partner partners partnered
    uk britain british
    us usa america
    not cannot
    program programme
    catalog catalogue
    gray grey
    tire tyre tires tyres
    judgment judgement
    """)
"""Words that headlines put for each other, each with the first one of its group.

The past of a verb that also makes a passive (sued, fined, bought) is not the same as its present.
"""

PHRASES: Final = {
    "artificial intelligence": "ai",
    "machine learning": "ml",
    "chief executive officer": "ceo",
    "chief executive": "ceo",
    "united states": "us",
    "united kingdom": "uk",
    "european union": "eu",
    "rolls out": "launch",
    "roll out": "launch",
    "rolling out": "launch",
    "teams up with": "partners with",
    "joins forces with": "partners with",
    "strikes deal to buy": "to buy",
    "agrees to": "to",
    "set to": "to",
    "self driving": "selfdriving",
    "self-driving": "selfdriving",
    "start up": "startup",
    "start-up": "startup",
    "e mail": "email",
    "e-mail": "email",
    "low code": "lowcode",
    "low-code": "lowcode",
    "round up": "roundup",
    "round-up": "roundup",
    "community call": "communitycall",
    "this week in": "weekly",
    "last week in": "weekly",
    "of the week": "weekly",
    "general availability": "ga",
    "generally available": "ga",
    "hands on": "review",
    "hands-on": "review",
    "no longer": "not",
}
"""Groups of words that one word stands for."""

UNLIKE: Final = tuple(
    _words(line)
    for line in """
    adoption adaption adaptation
    contract contrast
    contracts contrasts
    county country
    counties countries
    infection injection
    infections injections
    invention intention
    inventions intentions
    complement compliment
    prediction production
    ingestion indigestion
    inflation inflection
    regulation relegation
    relation relations revelation
    historical hysterical
    military militant
    personal personnel
    united untied
    marital martial
    casual causal
    sacred scared
    canon cannon
    later latter
    desert dessert
    diner dinner
    filing filling
    staring starring
    planed planned
    device devise
    """.strip().splitlines()
)
"""Words that look like misspellings of each other, and are not."""

COUNTED: Final = {
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
}
"""Numbers as headlines spell them."""

ORDINALS: Final = {
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
}
"""Places in a row as headlines spell them."""

POWERS: Final = {
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "mln": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "tn": 12,
    "trillion": 12,
}
"""The power of ten that a word or letter after a number stands for."""
