// Looks at the HTML report in a real browser: node check.mjs FOLDER SHOTS
//
// FOLDER holds `class` and `hostile`, each as `grader report --html` writes it; pictures of the pages go to SHOTS. Every page must
// load without an error and without asking for anything else, be accessible (axe), fit a wide and a narrow window in both colour
// schemes, and work without its script; a hostile hand-in's page must be inert, by its escaping and by its policy.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [folder, shots] = process.argv.slice(2).map((path) => resolve(path));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"], // CI is root in a container; every page is the kit's own
});

/** The pages of a report, the class page first. */
function pages(report) {
  const students = readdirSync(join(folder, report, "students")).map((name) => join("students", name));
  return ["index.html", ...students].map((name) => join(folder, report, name));
}

/** Opens a page; `trouble` gathers whatever must not happen. */
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => trouble.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => (trouble.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  const url = pathToFileURL(file).href;
  page.on("request", (request) => request.url() === url || trouble.push(`asks for ${request.url()}`));
  await page.goto(url);
  return { page, trouble, close: () => context.close() };
}

async function everyPage() {
  for (const file of [...pages("class"), ...pages("hostile")]) {
    const { page, trouble, close } = await open(file);
    assert.deepEqual(trouble, [], file);
    assert.notEqual(await page.title(), "harmed", file);
    assert.equal(await page.locator("script").count(), 1, file);
    assert.equal(await page.locator("main").count(), 1, file);
    // Not one attribute that could run: the report has none of its own.
    const handlers = await page.evaluate(() =>
      [...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames()).filter((name) => /^(on|style$)/.test(name)));
    assert.deepEqual(handlers, [], file);
    await close();
  }
}

/** A control: the policy alone stops what the templates would have let through. */
async function policyHolds() {
  const page = readFileSync(pages("hostile")[1], "utf8");
  const harm = `<script>document.title = "harmed"</script><img src="x" onerror="document.title = 'harmed'"><style>body { display: none }</style>`;
  const file = join(shots, "unescaped.html");
  writeFileSync(file, page.replace("<main", `${harm}<main`));
  const opened = await open(file);
  assert.notEqual(await opened.page.title(), "harmed");
  assert.ok(await opened.page.locator("main").isVisible());
  assert.ok(opened.trouble.filter((one) => one.includes("Content Security Policy")).length >= 3, opened.trouble.join("\n"));
  await opened.close();
}

async function hostileTextIsShown() {
  const opened = await open(pages("hostile")[1]);
  const text = await opened.page.locator("main").textContent();
  assert.ok(text.includes("<script>document.title='harmed'</script>"), "the message is shown as text");
  await opened.close();
}

async function scoresOf(page) {
  return page.$$eval("table.searchable tbody tr:not([hidden])", (rows) => rows.map((row) => parseFloat(row.cells[1].dataset.sort)));
}

async function sortsAndSearches() {
  const { page, close } = await open(pages("class")[0]);
  const header = page.locator("table.searchable thead th").nth(1);
  const before = await scoresOf(page);
  assert.ok(new Set(before).size > 2, "the class has different scores");
  await header.locator("button").focus();
  await page.keyboard.press("Enter");
  assert.equal(await header.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(await scoresOf(page), [...before].sort((a, b) => a - b));
  await header.locator("button").click();
  assert.equal(await header.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await scoresOf(page), [...before].sort((a, b) => b - a));

  const id = await page.locator("table.searchable tbody th").first().textContent();
  await page.getByRole("searchbox").fill(id.trim().toUpperCase());
  const found = await scoresOf(page);
  assert.ok(found.length >= 1 && found.length < before.length, `searching ${id} finds ${found.length}`);
  assert.equal(await page.locator("output").textContent(), `${found.length} of ${before.length}`);
  await page.getByRole("searchbox").fill("nobody is called that");
  assert.equal((await scoresOf(page)).length, 0);
  await close();
}

async function worksWithoutScript() {
  const { page, close } = await open(pages("class")[0], { javaScriptEnabled: false });
  assert.ok((await page.locator("table.searchable tbody tr").count()) > 2);
  assert.equal(await page.getByRole("searchbox").count(), 0, "no control that does nothing");
  const link = page.locator("table.searchable tbody a").first();
  await link.click();
  assert.equal(await page.locator("h1").count(), 1, "the student's page opens");
  await close();
}

/** Runs are drawn, in colours of the scheme: the policy takes the pictures' style. */
async function picturesAreThere() {
  const colours = {};
  let [drawn, curves] = [0, 0];
  for (const colorScheme of ["light", "dark"]) {
    for (const file of pages("class").slice(1)) {
      const { page, close } = await open(file, { colorScheme });
      const bars = page.locator("details[open] svg.timeline rect.work");
      if (await bars.count()) {
        drawn += 1;
        const box = await bars.first().boundingBox();
        assert.ok(box.width > 1 && box.height > 5, file);
        colours[colorScheme] = await bars.first().evaluate((bar) => getComputedStyle(bar).fill);
      }
      curves += await page.locator("svg.curve polyline.own").count();
      await close();
    }
  }
  assert.ok(drawn > 0, "some run is drawn");
  assert.ok(curves > 0, "some speedup is drawn");
  assert.notEqual(colours.light, "rgb(0, 0, 0)");
  assert.notEqual(colours.light, colours.dark);
}

/** Accessible, no wider than the window, and pictured, in each window and scheme. */
async function fitsAndIsAccessible() {
  const some = [...pages("class").slice(0, 4), pages("hostile")[1]];
  for (const [number, file] of some.entries()) {
    for (const width of [1280, 390]) {
      for (const colorScheme of ["light", "dark"]) {
        const { page, close } = await open(file, { colorScheme, viewport: { width, height: 900 } });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${file} is ${wide} wide in a window of ${width}`);
        await page.screenshot({ path: join(shots, `${number}-${width}-${colorScheme}.png`), fullPage: true });
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run());
        const told = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join("\n  ")}`);
        assert.deepEqual(told, [], `${file} at ${width}, ${colorScheme}`);
        await close();
      }
    }
  }
}

/** What is folded on the screen is on paper. */
async function prints() {
  const { page, close } = await open(pages("class")[1]);
  const folded = page.locator("details:not([open])");
  assert.ok(await folded.count(), "something is folded on the screen");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await folded.count(), 0);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.ok(await folded.count());
  writeFileSync(join(shots, "student.pdf"), await page.pdf({ format: "A4" }));
  await close();
}

async function keyboardReachesTheContent() {
  const { page, close } = await open(pages("class")[0]);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip", "the first stop skips to the content");
  await page.keyboard.press("Enter");
  assert.ok(page.url().endsWith("#main"));
  await close();
}

mkdirSync(shots, { recursive: true });
const checks = [everyPage, policyHolds, hostileTextIsShown, sortsAndSearches, worksWithoutScript, picturesAreThere, fitsAndIsAccessible, prints, keyboardReachesTheContent];
let failed = 0;
for (const check of checks) {
  try {
    await check();
    console.log(`ok      ${check.name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${check.name}: ${error.message}`);
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
