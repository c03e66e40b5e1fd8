// Looks at each page that it is told of, as people do: on a phone and on a screen, in light
// and in dark, by keyboard, and with axe-core (https://github.com/dequelabs/axe-core).
// Takes a list of pages as JSON; leaves a picture of each, and ends with 1 if a page is wrong.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [tools, browser, pictures, list] = process.argv.slice(2);
const require = createRequire(`${tools}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const VIEWS = [[375, "light"], [375, "dark"], [1280, "light"], [1280, "dark"]];
const wrong = [];

// axe runs in a world of its own, which the page's policy does not bind.
const check = async (page, name) => {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId: contextId } = await session.send("Page.createIsolatedWorld",
    { frameId: frameTree.frame.id });
  const run = (expression) => session.send("Runtime.evaluate",
    { contextId, expression, awaitPromise: true, returnByValue: true });
  await run(axe);
  const { result } = await run("axe.run(document).then((found) => JSON.stringify(found.violations))");
  if (!result.value) throw new Error(`axe did not run on ${name}`);
  for (const { id, help, nodes } of JSON.parse(result.value)) {
    wrong.push(`${name}: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
};

// Everything that a pointer reaches, Tab reaches too, and shows that it did.
const walk = async (page, name) => {
  const all = await page.locator("a, summary, input, button").evaluateAll(
    (each) => each.filter((one) => one.checkVisibility()).length);
  await page.evaluate(() => { window.seen = new Set(); });
  for (let step = 0; step < all + 2; step += 1) {
    await page.keyboard.press("Tab");
    await page.evaluate(() => {
      const at = document.activeElement;
      if (at && at !== document.body && getComputedStyle(at).outlineStyle !== "none") window.seen.add(at);
    });
  }
  const reached = await page.evaluate(() => window.seen.size);
  if (reached < all) wrong.push(`${name}: Tab reaches ${reached} of ${all}`);
};

const one = await chromium.launch({ executablePath: browser, args: ["--no-sandbox"] });
for (const { name, url } of JSON.parse(list)) {
  for (const [width, colorScheme] of VIEWS) {
    const page = await one.newPage({ viewport: { width, height: 900 }, colorScheme });
    const view = `${name}-${width}-${colorScheme}`;
    page.on("console", (said) => {
      // The form that asks for a password comes with this status.
      const isForm = name === "password" && said.text().includes("403");
      if (said.type() === "error" && !isForm) wrong.push(`${view}: ${said.text()}`);
    });
    page.on("pageerror", (error) => wrong.push(`${view}: ${error}`));
    await page.goto(url);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) wrong.push(`${view}: is ${wide} pixels wide`);
    await page.screenshot({ path: `${pictures}/${view}.png`, fullPage: true });
    await check(page, view);
    if (width === 375 && colorScheme === "light") await walk(page, view);
    await page.close();
  }
}
await one.close();
if (wrong.length > 0) {
  console.log(wrong.join("\n"));
  process.exit(1);
}
