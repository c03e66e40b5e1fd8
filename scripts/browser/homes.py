"""Homes whose pages are looked at: a configuration, and a file with what is remembered."""

import datetime
import json
import random
import sqlite3

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
NAMES = ["router", "photos", "blog", "git", "nas", "music", "mail", "dns", "home assistant",
         "printer", "backup server", "camera"]
GROUPS = ["Network", "Services", "Media", "Garden", "Office", "Elsewhere"]
PAGE = """timezone = "Asia/Seoul"
language = "%s"
[self_check]
urls = ["http://127.0.0.1:1/"]
[page]
title = "Kim's home"
link = "http://127.0.0.1/"
announcement = "The provider works on the line on Sunday, 02:00 to 04:00."
"""


def instant(ago):
    return (NOW - ago).strftime("%Y-%m-%dT%H:%M:%SZ")


def minutes(count):
    return datetime.timedelta(minutes=count)


def names(count):
    return [NAMES[n] if n < len(NAMES) else f"service {n}" for n in range(count)]


def config(count, language):
    """`count` targets that are not due, for their schedule comes once a year."""
    text = PAGE % language
    for n, name in enumerate(names(count)):
        group = "" if count <= 3 else f'group = "{GROUPS[n * len(GROUPS) // max(count, 12)]}"\n'
        behind = 'depends_on = "router"\n' if name in ("nas", "music") else ""
        text += (f'[[target]]\nname = "{name}"\nurl = "tcp://127.0.0.1:1"\n'
                 f'schedule = "0 0 1 1 *"\n{group}{behind}')
    if count > 3:
        start, end = instant(minutes(30)), instant(minutes(-90))
        text += (f'[[maintenance]]\ntargets = ["printer"]\nfrom = {start}\nto = {end}\n'
                 '[[heartbeat]]\nname = "nightly backup"\ninterval = "1d"\n'
                 'key = "a-key-of-the-backup"\ngroup = "Office"\n'
                 '[[heartbeat]]\nname = "new sensor"\ninterval = "1d"\n'
                 'key = "a-key-of-the-sensor"\ngroup = "Office"\n')
    return text


def failure(reason):
    return {"reason": reason, "detail": "203.0.113.7:443"}


def outage(start, length, reason):
    return {"since": instant(start), "until": instant(start - length), "failure": failure(reason),
            "down_s": int(length.total_seconds()), "observations": 3}


def state(name, chance):
    """What is remembered of one target, in the stored form."""
    middle = chance.randrange(20, 300)
    wander = [max(1, int(chance.gauss(middle, middle / 6))) for _ in range(30)]
    history = {"recent": wander, "hours": hours(chance, middle),
               "today": {"date": NOW.date().isoformat(), "up": 400, "down": 0,
                         "latency_ms": 400 * middle}}
    since = {"since": instant(minutes(60 * 24 * 40))}
    up = {"status": {"up": since}, "last_slot": instant(minutes(1)),
          "streak": {"succeeding": {"count": 99, **since}}, "kind": "endpoint",
          "history": history}
    down = {"router": 13, "nas": 12, "music": 12}.get(name)
    if down is not None:
        start = instant(minutes(down))
        latest = failure("timeout")
        wander[-5:] = [None] * 5
        up |= {"status": {"down": {"since": start, "failure": latest, "vantage": "vm"}},
               "streak": {"failing": {"count": down, "since": start, "latest": latest}}}
    if name == "blog":
        up["warnings"] = {"cert_expiring": {"raised": True, "since": instant(minutes(900)),
                                            "detail": "expires in 6 days"}}
    if name == "camera":
        up["paused_until"] = instant(minutes(-240))
    if name == "nightly backup":
        up |= {"kind": "heartbeat", "beat": {"at": instant(minutes(660))}}
    if name in ("photos", "git"):
        start = minutes(60 * 24 * 3 + 17)
        up["last_outage"] = outage(start, minutes(44), "status")
    return up


def hours(chance, middle):
    newest = int(NOW.timestamp()) // 3600
    wave = [int(60 * middle * (1 + chance.random() * 0.6)) for _ in range(24)]
    wave = [f"60:{total}" if n != 9 else f"52-8:{total}" for n, total in enumerate(wave)]
    return " ".join([str(newest), *wave])


def days(name, chance):
    """The counts of each day: of `dns` only since three weeks."""
    for ago in range(1, 21 if name == "dns" else 90):
        if name == "mail" and 40 <= ago <= 44:
            continue
        down = chance.choice([1, 9, 80, 700]) if chance.random() < 0.06 else 0
        date = (NOW - datetime.timedelta(days=ago)).date().isoformat()
        yield date, 1440 - down, down, (1440 - down) * chance.randrange(30, 200)


def remember(path, count):
    """Writes all of it into the file that prober has made."""
    with sqlite3.connect(path) as file:
        for name in [*names(count), *(["nightly backup"] if count > 3 else [])]:
            chance = random.Random(name)
            text = json.dumps(state(name, chance))
            file.execute("INSERT OR REPLACE INTO target VALUES (?, 1, ?)", (name, text))
            for day in days(name, chance):
                file.execute("INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?, ?)", (name, *day))
        for ago in range(5, 200, 11):
            over = outage(minutes(60 * 24 * ago), minutes(4 + ago), "dns" if ago % 2 else "refused")
            file.execute("INSERT OR REPLACE INTO outage VALUES (?, ?, ?, ?)",
                         ("photos", over["since"], over["until"], json.dumps(over)))
    file.close()
