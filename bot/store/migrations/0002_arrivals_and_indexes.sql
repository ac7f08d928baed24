-- Stories are numbered as they arrive: which came first does not depend on a clock.
ALTER TABLE stories ADD COLUMN arrival BIGINT NOT NULL DEFAULT 0;  -- 0 = found by the very first scan
CREATE INDEX stories_by_arrival ON stories (arrival) WHERE arrival > 0;
ALTER TABLE subscriptions ADD COLUMN after_arrival BIGINT NOT NULL DEFAULT 0;  -- alerts: only later ones
ALTER TABLE subscriptions ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;  -- paused since its channel is closed to the bot

CREATE INDEX deliveries_by_subject ON deliveries (subject_key);
CREATE INDEX deliveries_by_subscription ON deliveries (subscription_id, created_at);
CREATE INDEX deliveries_dead ON deliveries (subscription_id) WHERE state = 'dead';
CREATE INDEX appearances_by_delivery ON appearances (delivery_id);
