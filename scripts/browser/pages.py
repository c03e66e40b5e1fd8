"""Looks at the status page in a real browser: see look.mjs."""

import json
import pathlib
import re
import subprocess
import threading

from . import homes

HERE = pathlib.Path(__file__).resolve().parent
PLAYWRIGHT, AXE = "1.65.1", "4.14.1"

# How many targets, in which language, and which of its pages.
HOMES = [
    (3, "en", ["", "target/photos"]),
    (12, "en", ["", "target/photos", "target/dns", "target/nightly%20backup", "outages"]),
    (12, "ko", ["", "target/photos", "outages"]),
    (12, "zh", ["", "target/photos", "outages"]),
    (60, "en", [""]),
]


def tools(folder):
    """Where npm has put Playwright and axe-core."""
    home = folder / f"pages-{PLAYWRIGHT}-{AXE}"
    if not (home / "node_modules/axe-core").exists():
        home.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--no-save", "--prefix", str(home),
                   f"playwright-core@{PLAYWRIGHT}", f"axe-core@{AXE}"]
        subprocess.run(install, check=True, timeout=600)
    return home


def listening(program, folder, text):
    """A prober with this configuration, and its address."""
    config = folder / "probes.toml"
    config.write_text(text)
    prober = subprocess.Popen([program, "--config", config, "watch", "--listen", "127.0.0.1:0"],
                              text=True, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
    for line in prober.stderr:
        if found := re.search(r"listening address=(\S+)", line):
            threading.Thread(target=prober.stderr.read, daemon=True).start()
            return prober, f"http://{found[1]}/"
    raise SystemExit("test-browser: prober does not listen")


def look(program, browser, root, folder):
    """Looks at every page of every home; the pictures are in target/pages."""
    pictures = root / "target/pages"
    pictures.mkdir(parents=True, exist_ok=True)
    home, pages, probers = tools(root / "target/tools"), [], []
    try:
        for count, language, paths in HOMES:
            place = folder / f"{count}-{language}"
            place.mkdir()
            text = homes.config(count, language)
            # The first start makes the file, and finds nothing due that it could reach.
            (place / "probes.toml").write_text(text)
            subprocess.run([program, "--config", place / "probes.toml", "tick"], timeout=120,
                           capture_output=True, check=False)
            homes.remember(place / "prober.db", count)
            prober, address = listening(program, place, text)
            probers.append(prober)
            for path in paths:
                part = re.sub(r"\W+", "-", path.replace("%20", " ")) or "front"
                pages.append({"name": f"{count}-{language}-{part}", "url": address + path})
        text = homes.config(3, "en").replace("[page]\n", "[page]\npassword = 'open sesame'\n")
        place = folder / "password"
        place.mkdir()
        prober, address = listening(program, place, text)
        probers.append(prober)
        pages.append({"name": "password", "url": address})
        subprocess.run(["node", HERE / "look.mjs", home, browser, pictures, json.dumps(pages)],
                       check=True, timeout=900)
    finally:
        for prober in probers:
            prober.terminate()
        for prober in probers:
            prober.wait(60)
    return len(pages)
