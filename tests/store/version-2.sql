-- A file as a prober left it that kept everything of a target in one row of
-- fields, whatever its kind, and its own record as a target's. Its engine and
-- its store made it. Never edited: when this is not read any more, people lose
-- their states.
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
CREATE TABLE kept (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    text TEXT NOT NULL
) STRICT;
PRAGMA application_id = 1886544498;
PRAGMA user_version = 2;
INSERT INTO target VALUES ('alarm:nas-cpu-high', 2, '{"status":{"down":{"since":"2026-01-01T00:20:00Z","failure":{"reason":"alarm","detail":"Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (90.0)."},"vantage":"eu-central-1","attachment":{"link":"https://console.example/alarm"}}},"last_slot":"2026-01-01T00:20:00Z","streak":{"failing":{"count":1,"since":"2026-01-01T00:20:00Z","latest":{"reason":"alarm","detail":"Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (90.0)."}}},"changes":["2026-01-01T00:20:00Z"],"told":{"home":{"pending":"2026-01-01T00:20:00Z"},"work":{"down":{"incident":"2026-01-01T00:20:00Z","last_word":"2026-01-01T00:20:00Z"}}},"pace_s":1020,"history":{"recent":[0,null],"today":{"date":"2026-01-01","up":1,"down":1,"latency_ms":0}}}');
INSERT INTO target VALUES ('backup', 2, '{"status":{"up":{"since":"2026-01-01T00:01:00Z"}},"last_slot":"2026-01-01T00:01:00Z","streak":{"succeeding":{"count":1,"since":"2026-01-01T00:01:00Z"}},"beat":{"at":"2026-01-01T00:01:00Z","started":"2026-01-01T00:08:00Z"},"history":{"recent":[60000],"today":{"date":"2026-01-01","up":1,"down":0,"latency_ms":60000}}}');
INSERT INTO target VALUES ('photos', 2, '{"status":{"down":{"since":"2026-01-01T00:05:00Z","failure":{"reason":"refused","detail":"127.0.0.1 refused the connection (127.0.0.1:9)"},"vantage":"eu-central-1"}},"last_slot":"2026-01-01T00:19:00Z","streak":{"failing":{"count":5,"since":"2026-01-01T00:05:00Z","latest":{"reason":"refused","detail":"127.0.0.1 refused the connection (127.0.0.1:9)"}}},"changes":["2026-01-01T00:06:00Z"],"told":{"home":{"down":{"incident":"2026-01-01T00:05:00Z","last_word":"2026-01-01T00:06:00Z"}},"work":{"down":{"incident":"2026-01-01T00:05:00Z","last_word":"2026-01-01T00:06:00Z"}}},"pace_s":60,"unseen_s":660,"history":{"recent":[null,null,null,null,null],"today":{"date":"2026-01-01","up":0,"down":5,"latency_ms":0}}}');
INSERT INTO target VALUES ('prober:eu-central-1', 2, '{"status":"unknown","sight":{"untold":[{"from":"2026-01-01T00:07:00Z","until":"2026-01-01T00:18:00Z","cause":"missed"}],"last":{"from":"2026-01-01T00:07:00Z","until":"2026-01-01T00:18:00Z","cause":"missed"},"times":2,"unseen_s":840},"history":{}}');
INSERT INTO target VALUES ('reports:map', 2, '{"status":{"down":{"since":"2026-01-01T00:18:00Z","failure":{"reason":"errors_reported","detail":"x is null"},"vantage":"eu-central-1","attachment":{"text":"x is null\n at draw (map.js:3)","probed":{"target":"photos","found":{"fails":{"detail":"127.0.0.1 refused the connection (127.0.0.1:9)"}}}}}},"last_slot":"2026-01-01T00:19:00Z","streak":{"failing":{"count":2,"since":"2026-01-01T00:18:00Z","latest":{"reason":"errors_reported","detail":"x is null"}}},"changes":["2026-01-01T00:18:00Z"],"told":{"home":{"pending":"2026-01-01T00:18:00Z"}},"audience":["home"],"inquiry":{"began":"2026-01-01T00:19:00Z","answered":true},"pace_s":60,"history":{"recent":[null,null],"today":{"date":"2026-01-01","up":0,"down":2,"latency_ms":0}}}');
INSERT INTO day VALUES ('photos', '2025-12-31', 1439, 1, 52000);
INSERT INTO channel VALUES ('home', '{"state":{"not_before":"2026-01-01T00:30:00Z"}}');
INSERT INTO kept VALUES (1, '[[target]]
name = ''photos''
url = ''tcp://127.0.0.1:9''
');
