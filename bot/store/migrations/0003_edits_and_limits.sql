-- The first correction of a message does not wait: what counts is when it was last edited.
ALTER TABLE deliveries RENAME COLUMN shown_at TO edited_at;

-- Alerts that were over the limit of a day: a digest may take these stories, that schedule does not.
CREATE TABLE passed_over (
    subscription_id BIGINT NOT NULL REFERENCES subscriptions (id),
    story_id        BIGINT NOT NULL REFERENCES stories (id),
    PRIMARY KEY (subscription_id, story_id)
);
CREATE INDEX passed_over_by_story ON passed_over (story_id);
