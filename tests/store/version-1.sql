-- A file as the first released prober leaves it. Never edited: when this no
-- longer opens, people lose their states.
CREATE TABLE target (
    name TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL CHECK (revision > 0),
    state TEXT NOT NULL
) STRICT;
CREATE TABLE day (
    target TEXT NOT NULL,
    date TEXT NOT NULL,
    up INTEGER NOT NULL,
    down INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL,
    PRIMARY KEY (target, date)
) STRICT, WITHOUT ROWID;
CREATE TABLE channel (
    name TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL
) STRICT;
PRAGMA application_id = 1886544498;
PRAGMA user_version = 1;
INSERT INTO target VALUES ('new', 1, '{"status":"unknown","history":{}}');
INSERT INTO target VALUES ('nas', 7, '{
    "status": {"down": {
        "since": "2026-03-01T03:12:00Z",
        "failure": {"reason": "timeout", "detail": "no answer within 10 s"},
        "vantage": "eu-central-1"}},
    "last_slot": "2026-03-01T12:00:00Z",
    "streak": {"failing": {
        "count": 3,
        "since": "2026-03-01T03:12:00Z",
        "latest": {"reason": "refused", "detail": "connection refused"}}},
    "last_outage": {
        "since": "2026-02-01T00:00:00Z",
        "until": "2026-02-01T01:00:00Z",
        "failure": {"reason": "dns", "detail": "no such name"},
        "down_s": 3600},
    "warnings": {"slow": {
        "raised": true, "since": "2026-02-28T00:00:00Z", "detail": "2.5 s"}},
    "told": {"slack": {
        "down": {"incident": "2026-03-01T03:12:00Z", "last_word": "2026-03-01T03:14:00Z"},
        "missed": [{
            "since": "2026-02-01T00:00:00Z",
            "until": "2026-02-01T01:00:00Z",
            "failure": {"reason": "status", "detail": "503"},
            "incidents": 2,
            "down_s": 60}],
        "warnings": ["slow"]}},
    "history": {
        "recent": [41, null],
        "today": {"date": "2026-03-01", "up": 192, "down": 3, "latency_ms": 7872}}
}');
INSERT INTO day VALUES ('nas', '2026-02-28', 1439, 1, 52000);
INSERT INTO channel VALUES ('slack', '{
    "held": {"by": "1-0-0123456789abcdef", "until": "2026-03-01T11:00:00Z"},
    "state": {"not_before": "2026-03-01T12:05:00Z"}
}');
