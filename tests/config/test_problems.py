"""What is said of a configuration that cannot be used: the key, what is wrong, what to do."""

import re
from pathlib import Path

import pytest

from bot.config import ConfigError, parse

FEED = '[[feeds]]\nname = "ai"\ndirectory = "articles"\n'
DIGEST = '[[subscriptions]]\nchannel = 1\ncron = "0 9 * * *"\n'
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789ab"


def placed(text: str) -> list[str]:
    """Return the problems of a text, each with its place; none if it can be used."""
    try:
        parse(text, base=Path("/"))
    except ConfigError as error:
        return list(error.problems)
    return []


def problems(text: str) -> list[str]:
    """Return the problems of a text without the file, the line and the names of entries."""
    place = re.compile(r'config\.toml(?:, line \d+)?: (\S+?)(?: \("[^"]*"\))?: ')
    return [place.sub(r"\1: ", each, count=1) for each in placed(text)]


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("[discord]\napi_ulr = 1", "discord.api_ulr", 'nearest that there is here is "api_url"'),
        ("[databse]", "databse", '"database"'),
        ('[[topics]]\nname = "A"\ncolor = "#000000"', "topics[0].color", '"colour"'),
        (f"{DIGEST}max_storys = 5", "subscriptions[0].max_storys", '"max_stories"'),
        (f'{DIGEST}"a\\nb" = 5', 'subscriptions[0]."a\\nb"', "There is no such key"),
        (f'{DIGEST}timezone = "Europe/Berln"', "subscriptions[0].timezone", "Europe/Berlin"),
        (f'{DIGEST}sort = "heet"', "subscriptions[0].sort", 'did you mean "heat"?'),
        (f'{DIGEST}layout = "x"', "subscriptions[0].layout", 'none of "list", "cards".'),
        (f'{DIGEST}topics = "AI"', "subscriptions[0].topics", "in square brackets"),
        (f"{DIGEST}topics = [1]", "subscriptions[0].topics[0]", "put it in quotes"),
        (f'{DIGEST}lookback = "1\\nh\\u001b"', "subscriptions[0].lookback", '"1 h" is no length'),
        (f'{DIGEST}lookback = "91d"', "subscriptions[0].lookback", "90 days"),
        (f"{DIGEST}max_stories = 51", "subscriptions[0].max_stories", "write at most 50"),
        (f"{DIGEST}max_stories = 0", "subscriptions[0].max_stories", "write at least 1"),
        (f"{DIGEST}max_stories = true", "subscriptions[0].max_stories", "not a whole number"),
        (f'{DIGEST}max_stories = "5"', "subscriptions[0].max_stories", "without quotes"),
        (f"{DIGEST}min_heat = -1", "subscriptions[0].min_heat", "write at least 0"),
        (f'{DIGEST}lookback = "3 years"', "subscriptions[0].lookback", '"36h"'),
        (
            f"{DIGEST}lookback = 36",
            "subscriptions[0].lookback",
            'not text in quotes, such as "36h"',
        ),
        (f'{DIGEST}quiet = "22"', "subscriptions[0].quiet", '"22:00-07:00"'),
        (f'{DIGEST}role = "@news"', "subscriptions[0].role", "write its digits alone"),
        ('[[subscriptions]]\ncron = "0 9 * * *"', "subscriptions[0].channel", "is needed"),
        ("[[subscriptions]]\nchannel = 1", "subscriptions[0].cron", "A digest needs one"),
        (f'{DIGEST}mode = "alerts"\nsort = "heet"', "subscriptions[0].sort", "did you mean"),
        (f'{DIGEST}mode = "digst"', "subscriptions[0].mode", 'did you mean "digest"?'),
        (
            '[[subscriptions]]\nchannel = 0\ncron = "0 9 * *"',
            "subscriptions[0].cron",
            "has five fields",
        ),
        ("[discord]\ncommand_guilds = [0]", "discord.command_guilds[0]", "at least 1"),
        ("[discord]\ncommand_guilds = [true]", "discord.command_guilds[0]", "not an id"),
        (f"[discord]\ncommand_guilds = [{2**63}]", "discord.command_guilds[0]", "too large"),
        ('[discord]\napi_url = "http://example.com"', "discord.api_url", "carries the token"),
        ('[discord]\napi_url = "ftp://example.com"', "discord.api_url", '"https://"'),
        ('[discord]\napi_url = "https://a b"', "discord.api_url", "not an address"),
        ('[discord]\napi_url = "https://[::1"', "discord.api_url", "not an address"),
        ('[discord]\ngateway_url = "ws://127.0.0.1.example"', "discord.gateway_url", '"wss://"'),
        ('[health]\nlisten = "::1:8080"', "health.listen", '"[::1]:8080"'),
        ('[health]\nlisten = "[localhost]:1"', "health.listen", "not a host and a port"),
        ('[health]\nlisten = "localhost:65536"', "health.listen", "not a host and a port"),
        ('[health]\nlisten = ":8080"', "health.listen", "not a host and a port"),
        ("[health]\nlisten = 8080", "health.listen", "not text in quotes"),
        ('[logging]\nlevel = "loud"', "logging.level", '"debug", "info"'),
        ('[database]\npath = ""', "database.path", "not the path"),
        ('[database]\npath = "~nobody-here/x"', "database.path", "home directory"),
        ("[database]\npath = 5", "database.path", "put it in quotes"),
        ('[[topics]]\nname = "A"\ncolour = "red"', "topics[0].colour", '"#3498db"'),
        (
            '[[topics]]\nname = "A"\nemoji = "all the news"',
            "topics[0].emoji",
            '"all the news" is not an emoji; write a single one, such as "📰".',
        ),
        ('[[topics]]\nname = "A"\nemoji = "x"', "topics[0].emoji", "not an emoji"),
        ("nonsense = 1", "feeds[0].nonsense", "There is no such key; those that there are here"),
        (
            f"{DIGEST.replace('0 9', '61 25')}",
            "subscriptions[0].cron",
            '"61" cannot be the minute in cron text (0 to 59) and "25" cannot be the hour (',
        ),
        ('[[topics]]\nname = " "', "topics[0].name", "An empty text"),
        (f'[[topics]]\nname = "{"x" * 81}"', "topics[0].name", "at most 80"),
        ('[[topics]]\nname = "a\\u001bb"', "topics[0].name", '"a b" holds a line break'),
        ("[topics]", "topics", 'write "[[topics]]" instead of "[topics]"'),
        ("[subscriptions]\nname = 1", "subscriptions", 'write "[[subscriptions]]" instead of'),
        ("[[health]]", "health", 'write "[health]"'),
    ],
)
def test_a_problem_names_the_key_and_what_to_do(text: str, key: str, said: str) -> None:
    """Each mistake is one sentence on one line that begins with its key."""
    found = problems(f"{FEED}{text}")
    about_key = [each for each in found if each.startswith(f"{key}: ")]
    assert len(about_key) == 1, found
    assert said in about_key[0]
    assert about_key[0].endswith((".", "?"))
    assert "\n" not in about_key[0]


@pytest.mark.parametrize("text", ["", "feeds = []"])
def test_at_least_one_feed_is_needed(text: str) -> None:
    """Without a feed there is nothing to read, and the sentence says how to add one."""
    (problem,) = problems(text)
    assert problem.startswith("feeds: Needs at least one feed; add [[feeds]]")


def test_all_problems_are_told_at_once() -> None:
    """In the order of lines, those between entries as well; what has no line comes last."""
    found = problems("""
        colour = 1
        [[feeds]]
        name = "A"
        directory = ""
        [[feeds]]
        name = "a"
        [[subscriptions]]
        timezone = "Nowhere/At_All"
        [logging]
        format = "xml"
        """)
    assert [each.partition(":")[0] for each in found] == [
        "colour",
        "feeds[0].directory",
        "feeds[1].directory",
        "feeds[1].name",
        "subscriptions[0].channel",
        "subscriptions[0].cron",
        "subscriptions[0].timezone",
        "logging.format",
    ]
    without_feeds = problems('colour = 1\n[logging]\nformat = "xml"')
    assert [each.partition(":")[0] for each in without_feeds] == [
        "colour",
        "logging.format",
        "feeds",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name = \n", "bot.toml, line 1, column 8: Invalid value"),
        ("a = 1\na = 2", "bot.toml, line 2, column 6: "),
        ("a = " + "[" * 5000, "bot.toml: This is not TOML"),
        ("a = " + "1" * 5000, "bot.toml: This is not TOML"),
    ],
)
def test_what_is_not_toml_is_one_problem_with_its_place(text: str, place: str) -> None:
    """A slip of the pen is told with file, line and column."""
    with pytest.raises(ConfigError) as caught:
        parse(text, base=Path("/"), name="bot.toml")
    (problem,) = caught.value.problems
    assert problem.startswith(place)


@pytest.mark.parametrize("kind", ["feeds", "topics", "subscriptions"])
def test_two_entries_of_a_kind_may_not_share_a_name(kind: str) -> None:
    """Names that differ in case or white space only are the same to a reader."""
    entry = {
        "feeds": 'directory = "x"\n',
        "topics": "",
        "subscriptions": 'channel = 1\ncron = "0 9 * * *"\n',
    }[kind]
    found = problems(
        f"{FEED if kind != 'feeds' else ''}"
        f'[[{kind}]]\nname = "Good  morning"\n{entry}[[{kind}]]\nname = "good Morning"\n'
        + entry.replace('"x"', '"y"')
    )
    assert len(found) == 1
    assert found[0].startswith(f'{kind}[1].name: "good Morning" is the name of {kind}[0] as well')


def test_two_digests_without_a_name_are_told_to_have_one() -> None:
    """A name left out is the mode's, which serves for one subscription only."""
    (problem,) = problems(f"{FEED}{DIGEST}{DIGEST}")
    assert problem == (
        "subscriptions[1].name: Neither this nor subscriptions[0] has a name, so both would be "
        'called "digest"; give both a name.'
    )
    (taken,) = problems(f'{FEED}{DIGEST}name = "Digest"\n{DIGEST}')
    assert '"digest" is the name of subscriptions[0] as well' in taken


@pytest.mark.parametrize("directory", ["articles", "./articles/", "x/../articles", "/articles"])
def test_two_feeds_may_not_read_one_directory(directory: str) -> None:
    """Each article would be there twice."""
    found = problems(f'{FEED}[[feeds]]\nname = "b"\ndirectory = "{directory}"')
    assert found == [
        "feeds[1].directory: feeds[0] reads this directory already; leave one of them out."
    ]


@pytest.mark.parametrize("emoji", ["👁️", "👩\u200d🔬", "🇪🇺", "1️⃣", "☆"])
def test_an_emoji_is_one_character_to_a_reader(emoji: str) -> None:
    """However many code points it takes."""
    assert problems(f'{FEED}[[topics]]\nname = "A"\nemoji = "{emoji}"') == []


TEXT = """\
# what is read
[[feeds]]
name = "ai"
directory = ""
[[feeds]]
name = "more"

[[topics]]
name = "A"
aliases = [
  "a = 1",
  "ai",
]

[[subscriptions]]
name = "morning"
channel = 1
'cron' = "61 25 * * *"
[[subscriptions]]
channel = 0
cron = "0 9 * * *"
[logging]
note = '''
format = "x"
'''
format = "xml"
"""


def test_a_problem_names_file_line_and_the_entry() -> None:
    """What is missing is told at the table that it is missing from."""
    found = [re.findall(r"^(.*?): (\S+(?: \(.*?\))?): ", each) for each in placed(TEXT)]
    assert [each for (each,) in found] == [
        ("config.toml, line 4", 'feeds[0].directory ("ai")'),
        ("config.toml, line 5", 'feeds[1].directory ("more")'),
        ("config.toml, line 10", 'topics[0].aliases[1] ("A")'),
        ("config.toml, line 18", 'subscriptions[0].cron ("morning")'),
        ("config.toml, line 20", "subscriptions[1].channel"),
        ("config.toml, line 23", "logging.note"),
        ("config.toml, line 26", "logging.format"),
    ]


@pytest.mark.parametrize("key", ["extra", "'an extra'", '"a\\tb"', '"\\u00e9\\""', "extra.deep"])
@pytest.mark.parametrize("entry", [FEED, FEED + DIGEST])
def test_an_unknown_key_in_an_entry_is_told_with_its_own_line(entry: str, key: str) -> None:
    """However the key is written."""
    line = entry.count("\n") + 1
    (told,) = placed(f"{entry}{key} = 1\n[logging]\n")
    assert told.startswith(f"config.toml, line {line}: ")


def test_an_entry_is_told_by_its_name_but_for_one_that_may_be_a_token() -> None:
    """Places in lists are counted by programs; people know names."""
    named = f'{FEED}[[topics]]\nname = "Robots"\ncolour = "red"\n'
    (told,) = placed(named)
    assert told.startswith('config.toml, line 6: topics[0].colour ("Robots"): "red" is')
    secret = f'{FEED}[[topics]]\nname = "{TOKEN}"\ncolour = "red"\n'
    assert any(
        each.startswith("config.toml, line 6: topics[0].colour: ") for each in placed(secret)
    )


def test_an_alias_may_not_mean_two_topics() -> None:
    """An alias that the bot would have to ignore is told instead."""
    found = problems(f"""{FEED}
        [[topics]]
        name = "Robots"
        aliases = ["Droids", "google ai"]
        [[topics]]
        name = "Gadgets"
        aliases = ["droids", "robots"]
        """)
    assert found == [
        'topics[0].aliases[1]: "google ai" is the name of a topic already; leave it out here.',
        'topics[1].aliases[0]: "droids" is an alias of "Robots" already; leave it out here.',
        'topics[1].aliases[1]: "robots" is the name of a topic already; leave it out here.',
    ]


@pytest.mark.parametrize(
    "parents",
    [
        {"Robots": "robots"},
        {"AI": "Computer Vision"},  # whose parent is known to be AI
        {"A": "B", "B": "C", "C": "A"},
        {"Below": "A", "A": "B", "B": "A"},
    ],
)
def test_a_circle_of_parents_is_one_problem(parents: dict[str, str]) -> None:
    """A topic below itself is told once, however long the way around."""
    tables = [f'[[topics]]\nname = "{name}"\nparent = "{up}"' for name, up in parents.items()]
    (problem,) = problems("\n".join([FEED, *tables]))
    assert "Parents go in a circle here" in problem


def test_a_parent_that_nobody_described_is_fine() -> None:
    """Topics exist without an entry."""
    assert problems(f'{FEED}[[topics]]\nname = "A"\nparent = "B"') == []


@pytest.mark.parametrize(
    "text",
    [
        f'[discord]\ntoken = "{TOKEN}"',
        f'[discord]\ntoken = ["{TOKEN}"]',
        f'feeds = "{TOKEN}"',
        f'[[feeds]]\nname = "{TOKEN}"\n[[feeds]]\nname = "{TOKEN}"',
        f'{DIGEST}timezone = "{TOKEN}"',
        f'[[subscriptions]]\ncron = "{TOKEN}"\nquiet = "{TOKEN}"',
        f'[discord]\ntoken_file = "{TOKEN}"',
        f'[discord]\napi_url = "{TOKEN}"',
        f'[discord]\napi_url = "https://bot:{TOKEN}@example.com"',
        f'[discord]\nbot_token = "{TOKEN}"',
        f'token = "{TOKEN}"',
        f'[health]\nlisten = "{TOKEN}"',
        f'[logging]\nlevel = "{TOKEN}"',
        f'[[subscriptions]]\nchannel = "{TOKEN}"\nlookback = "{TOKEN}"',
    ],
)
def test_a_token_in_the_file_is_refused_and_never_repeated(text: str) -> None:
    """Logs and screenshots of a mistake do not give the token away."""
    with pytest.raises(ConfigError) as caught:
        parse(FEED + text, base=Path("/"))
    assert TOKEN[:20] not in str(caught.value) + repr(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_token_in_the_file_is_told_where_it_belongs() -> None:
    """The sentence names both places that a token may be in."""
    (problem,) = problems(f'{FEED}[discord]\ntoken = "{TOKEN}"')
    assert problem.startswith("discord.token: ")
    assert "DISCORD_TOKEN" in problem
    assert "discord.token_file" in problem
