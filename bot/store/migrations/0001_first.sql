-- Moments are epoch milliseconds (UTC). Values that are only ever read whole are JSON in `body`.

CREATE TABLE feeds (
    name       TEXT   PRIMARY KEY,
    scanned_at BIGINT NOT NULL        -- when the very first scan was complete
);

-- What the scan last saw of each file, usable or not.
CREATE TABLE files (
    feed     TEXT   NOT NULL,
    path     TEXT   NOT NULL,
    stamp    TEXT   NOT NULL,         -- equal stamps = unchanged file
    problems TEXT,                    -- JSON list of sentences; NULL = accepted
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (feed, path)
);
CREATE INDEX files_rejected ON files (noted_at) WHERE problems IS NOT NULL;

CREATE TABLE stories (
    id           INTEGER PRIMARY KEY,
    feed         TEXT    NOT NULL,    -- of the lead
    path         TEXT    NOT NULL,
    heat         BIGINT  NOT NULL,
    quality      BIGINT  NOT NULL,
    coverage     BIGINT  NOT NULL,
    published    INTEGER NOT NULL,
    published_at BIGINT  NOT NULL,
    arrived_at   BIGINT,              -- NULL = found by the very first scan
    revision     BIGINT  NOT NULL,
    merged_into  BIGINT  REFERENCES stories (id),
    body         TEXT    NOT NULL
);
CREATE INDEX stories_by_publishing ON stories (published_at) WHERE published = 1;
CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL;

-- What may be searched for; its rowid is the story's id.
CREATE VIRTUAL TABLE story_search USING fts5 (
    title, excerpt, outlets, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TABLE story_topics (
    story_id BIGINT NOT NULL REFERENCES stories (id),
    topic    TEXT   NOT NULL,         -- the key: case and white space do not count
    name     TEXT   NOT NULL,
    PRIMARY KEY (story_id, topic)
);
CREATE INDEX story_topics_by_topic ON story_topics (topic, story_id);

CREATE TABLE articles (
    id           INTEGER PRIMARY KEY,
    feed         TEXT    NOT NULL,
    path         TEXT    NOT NULL,
    story_id     BIGINT  NOT NULL REFERENCES stories (id),
    published_at BIGINT  NOT NULL,
    removed_at   BIGINT,              -- a tombstone: the file is gone, but was here
    body         TEXT    NOT NULL,
    UNIQUE (feed, path)
);
CREATE INDEX articles_by_story ON articles (story_id);

-- By what articles are recognised as one story: URL keys and title marks.
CREATE TABLE article_keys (
    article_id BIGINT  NOT NULL REFERENCES articles (id),
    key        TEXT    NOT NULL,
    own        INTEGER NOT NULL,      -- 1 = the article's own page, 0 = a related piece's
    PRIMARY KEY (article_id, key, own)
);
CREATE INDEX article_keys_by_key ON article_keys (key, own, article_id);

CREATE TABLE article_marks (
    article_id   BIGINT NOT NULL REFERENCES articles (id),
    mark         TEXT   NOT NULL,
    published_at BIGINT NOT NULL,     -- the article's: a common word is looked up for a few days only
    PRIMARY KEY (article_id, mark)
);
CREATE INDEX article_marks_by_mark ON article_marks (mark, published_at, article_id);

CREATE TABLE subscriptions (
    id           INTEGER PRIMARY KEY,
    origin       TEXT    NOT NULL,    -- config or discord
    guild_id     BIGINT,
    channel_id   BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,    -- the name without regard to case and white space
    mode         TEXT    NOT NULL,
    wishes       TEXT    NOT NULL,
    next_fire_at BIGINT,
    paused       TEXT,                -- why; NULL = active
    created_at   BIGINT  NOT NULL,
    created_by   BIGINT,
    removed_at   BIGINT
);
CREATE INDEX subscriptions_due ON subscriptions (next_fire_at) WHERE paused IS NULL AND removed_at IS NULL;
-- Names are unique among those of the configuration, in a server, and in a person's direct messages.
CREATE UNIQUE INDEX subscriptions_configured ON subscriptions (name_key)
    WHERE origin = 'config' AND removed_at IS NULL;
CREATE UNIQUE INDEX subscriptions_by_place
    ON subscriptions ((COALESCE(guild_id, channel_id)), name_key)
    WHERE origin = 'discord' AND removed_at IS NULL;

CREATE TABLE runs (
    id              INTEGER PRIMARY KEY,
    subscription_id BIGINT  NOT NULL REFERENCES subscriptions (id),
    fire_at         BIGINT  NOT NULL,
    composed_at     BIGINT  NOT NULL,
    parts           TEXT    NOT NULL, -- JSON list of digest parts, frozen
    UNIQUE (subscription_id, fire_at)
);

CREATE TABLE deliveries (
    id              INTEGER PRIMARY KEY,
    subscription_id BIGINT  NOT NULL REFERENCES subscriptions (id),
    channel_id      BIGINT  NOT NULL,
    subject_key     TEXT    NOT NULL, -- story:ID or digest:RUN:PART
    wanted          BIGINT  NOT NULL, -- revisions
    shown           BIGINT  NOT NULL DEFAULT 0,
    state           TEXT    NOT NULL,
    layout          TEXT    NOT NULL,
    role            BIGINT  NOT NULL,
    nonce           TEXT    NOT NULL,
    attempt         BIGINT  NOT NULL DEFAULT 0,
    message_id      BIGINT,
    anchor          BIGINT,
    unclear_since   BIGINT,
    failing_since   BIGINT,
    next_try_at     BIGINT,
    shown_at        BIGINT,
    sweep_at        BIGINT,           -- when to look for a second message that should not be
    last_error      TEXT,
    payload         TEXT,             -- what Discord refused, for the operator
    created_at      BIGINT  NOT NULL,
    UNIQUE (channel_id, subject_key)
);
CREATE INDEX deliveries_open ON deliveries (channel_id, id)
    WHERE state IN ('wanted', 'claimed', 'unclear', 'held');

CREATE INDEX deliveries_to_sweep ON deliveries (sweep_at) WHERE sweep_at IS NOT NULL;

-- Which stories a channel has been shown, or is about to be: one story once per channel.
CREATE TABLE appearances (
    channel_id  BIGINT NOT NULL,
    story_id    BIGINT NOT NULL REFERENCES stories (id),
    delivery_id BIGINT NOT NULL REFERENCES deliveries (id),
    PRIMARY KEY (channel_id, story_id)
);
CREATE INDEX appearances_by_story ON appearances (story_id);

-- Small facts about this installation, such as which commands Discord was last given.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
