-- By what titles are compared, without reading the whole body; NULL = stored before this was kept.
ALTER TABLE articles ADD COLUMN headline TEXT;
