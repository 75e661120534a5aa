#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at an HTML report as a reader does: in Chromium, without a screen.

    browser.py CHROMIUM PAGE [--seconds N] [--screenshots FOLDER] < EXPECTED

EXPECTED is JSON: "findings" (how many the table counts), "search" (a word and how many findings
have it), "severity" (a filter and how many it leaves), "period" (whether it is of a period).
Ends with 1 and a sentence for each thing that is not as it should be.

The browser is spoken to over a pipe in its own protocol
(https://chromedevtools.github.io/devtools-protocol/), so nothing but the browser is needed.
"""
import argparse
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time


class Browser:
    def __init__(self, program, profile):
        to_browser, self.outgoing = os.pipe()
        self.incoming, from_browser = os.pipe()
        self.count = 0
        self.events = []
        self.rest = b""

        def ends():  # the browser reads from 3 and writes to 4
            os.dup2(to_browser, 13), os.dup2(from_browser, 14)
            os.dup2(13, 3), os.dup2(14, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--disable-background-networking", "--no-first-run", "--remote-debugging-pipe",
             "--user-data-dir=" + profile, "about:blank"],
            preexec_fn=ends, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser), os.close(from_browser)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")

    session = None

    def message(self):
        while b"\0" not in self.rest:
            piece = os.read(self.incoming, 1 << 20)
            if not piece:
                sys.exit("the browser has ended")
            self.rest += piece
        text, _, self.rest = self.rest.partition(b"\0")
        return json.loads(text)

    def call(self, method, **params):
        self.count += 1
        request = {"id": self.count, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.outgoing, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.count:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']['message']}")
                return message["result"]
            self.events.append(message)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())

    def ask(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in answer:
            return answer["exceptionDetails"]["exception"].get("description", "exception")
        return answer["result"].get("value")

    def width(self, pixels, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=pixels, height=height,
                  deviceScaleFactor=1, mobile=pixels < 600)

    def press(self, key, code, modifiers=0):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code, modifiers=modifiers)

    def screenshot(self, path, whole=False):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        self.session = None
        try:
            self.call("Browser.close")
        except (SystemExit, BrokenPipeError):
            pass
        self.process.wait(30)


def look(browser, page, expected, options):
    faults = []

    def same(what, wanted, given):
        if wanted != given:
            faults.append(f"{what}: expected {wanted!r}, but it is {given!r}")

    def count():
        text = browser.ask("document.getElementById('findings-count').textContent")
        return 0 if text.startswith("No finding") else int(text.split(" of ")[1])

    def choose(control, value):
        browser.ask(f"""(() => {{ const it = document.getElementById({json.dumps(control)});
            it.value = {json.dumps(value)};
            it.dispatchEvent(new Event("input", {{bubbles: true}})); }})()""")

    browser.width(1280)
    began = time.monotonic()
    browser.call("Page.navigate", url=page.as_uri())
    browser.wait_for("Page.loadEventFired")
    same("findings", expected["findings"], count())
    seconds = time.monotonic() - began
    if seconds > options.seconds:
        faults.append(f"the page opens in {seconds:.1f} s")
    print(f"{page.name}: {page.stat().st_size} bytes, {count()} findings, open in {seconds:.2f} s")

    word, found = expected["search"]
    choose("search", word)
    same(f"findings with '{word}'", found, count())
    same("each row shown has the word", True, browser.ask(
        f"""[...document.querySelectorAll("#findings-body tr")].every(
            (row) => row.textContent.toLowerCase().includes({json.dumps(word.lower())}))"""))
    choose("search", "no such word in any row")
    same("no finding fits", "No finding fits.",
         browser.ask("document.getElementById('findings-count').textContent"))
    choose("search", "")
    severity, found = expected["severity"]
    choose("filter-severity", "=" + severity)
    same(f"findings that are {severity}", found, count())
    browser.ask("document.getElementById('reset').click()")
    browser.ask("new Promise((resolve) => setTimeout(resolve, 50))")
    same("findings after 'Show all'", expected["findings"], count())

    # Everything that can be acted on is reached by the keyboard alone, in order, and shows it.
    wanted = browser.ask("""[...document.querySelectorAll(
        "a[href], button:not(:disabled), input, select, summary, [tabindex='0']")]
        .filter((it) => it.checkVisibility() && !it.closest("details:not([open]) > :not(summary)")).length""")
    reached = set()
    browser.ask("document.body.focus(); window.scrollTo(0, 0)")
    for _ in range(wanted + 5):
        browser.press("Tab", 9)
        reached.add(browser.ask("""(() => { const it = document.activeElement;
            if (!window.order) window.order = new Map();
            if (it === document.body) return -1;
            if (!order.has(it)) order.set(it, order.size);
            const style = getComputedStyle(it);
            return style.outlineStyle === "none" ? "no outline: " + it.outerHTML.slice(0, 80)
                                                 : order.get(it); })()"""))
    reached.discard(-1)
    for one in reached:
        if isinstance(one, str):
            faults.append("the focus cannot be seen: " + one)
    if len(reached) < wanted:
        faults.append(f"the keyboard reaches {len(reached)} of {wanted} things")
    same("each field has a name", [], browser.ask("""[...document.querySelectorAll("input, select")]
        .filter((it) => it.labels.length === 0 && !it.ariaLabel).map((it) => it.id)"""))
    same("headings go down a level at a time", True, browser.ask("""(() => { let last = 0;
        return [...document.querySelectorAll("h1, h2, h3, h4")].every((it) => {
          const level = Number(it.tagName[1]), fits = level <= last + 1; last = level;
          return fits; }); })()"""))
    same("the page says its language", "en", browser.ask("document.documentElement.lang"))

    for width in (1280, 768, 320):
        browser.width(width)
        browser.ask("window.scrollTo(0, 0)")
        scroll = browser.ask("document.documentElement.scrollWidth")
        if scroll > width:
            wide = browser.ask(f"""[...document.querySelectorAll("main *, header *, nav *")].filter(
                (it) => it.getBoundingClientRect().right > {width} && !it.closest(".wide"))
                .map((it) => it.tagName + "#" + it.id + "." + it.className).slice(0, 5)""")
            faults.append(f"at {width} pixels the page is {scroll} wide: {wide}")
        if options.screenshots:
            browser.screenshot(options.screenshots / f"{page.stem}-{width}.png", whole=True)

    browser.width(1280)
    browser.call("Emulation.setEmulatedMedia", media="print")
    for selector in ("nav", "#filters", ".pager"):
        same(f"'{selector}' on paper", "none",
             browser.ask(f"getComputedStyle(document.querySelector('{selector}')).display"))
    pdf = base64.b64decode(browser.call("Page.printToPDF")["data"])
    same("what is printed", b"%PDF", pdf[:4])
    if options.screenshots:
        (options.screenshots / f"{page.stem}.pdf").write_bytes(pdf)

    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            if url not in (page.as_uri(), "about:blank"):
                faults.append("the page asks for " + url[:100])
        if method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            faults.append("the console says " + params["entry"]["text"])
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            faults.append("the console says " + json.dumps(params)[:300])
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("chromium")
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--screenshots", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(options.chromium, profile)
        try:
            faults = look(browser, options.page.resolve(), json.load(sys.stdin), options)
        finally:
            browser.close()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
