import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { onPath } from "#af/sandbox/tools/executable";
import { readSite } from "#af/stacks/site/read";
import { progressOf } from "#af/terminal/progress";
import { conclusion } from "#af/tools/finding-lines";
import { planPage } from "#af/tools/plan/html/page";
import type { DrawnSite } from "#af/tools/plan/html/site";
import { makePlan } from "#af/tools/plan/plan";
import { changesFor } from "./changes/page-changes";
import { SITES } from "../support/site-config";
import { skipped } from "../support/skipped";

/** Runs in the page: how far it is too wide, what leaves it at the right, what is smaller than 12 pixels, what is cut, and notes squeezed into a column. */
const FAULTS = `(() => {
  const visible = [...document.querySelectorAll("body *")].filter((each) => each.getClientRects().length > 0);
  const written = (each) => [...each.childNodes].some(({ nodeType, nodeValue }) => nodeType === 3 && nodeValue.trim() !== "");
  const brief = (found) => found.slice(0, 3).map((each) => each.outerHTML.slice(0, 120));
  return {
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    outside: brief(visible.filter((each) => !each.closest(".wide") && each.getBoundingClientRect().right > window.innerWidth + 1)),
    small: brief(visible.filter((each) => written(each) && parseFloat(getComputedStyle(each).fontSize) < 12)),
    cut: brief(visible.filter((each) => getComputedStyle(each).textOverflow === "ellipsis")),
    squeezed: brief(visible.filter((each) => each.matches(".note") && each.getBoundingClientRect().width < each.closest("table").getBoundingClientRect().width * 0.9)),
  };
})()`;

/** Runs axe with the size of what a finger has to meet, which it leaves out by default: https://www.w3.org/TR/WCAG22/#target-size-minimum */
const AXE = `axe.run({ rules: { "target-size": { enabled: true } } })`;

/** Runs in the page: names of what can be opened or followed, and of the choices. */
const NAMES = `[...document.querySelectorAll("summary, a, form")].filter((each) => each.getClientRects().length > 0).map((each) => (each.getAttribute("aria-label") ?? each.textContent).replace(/\\s+/g, " ").trim())`;

/** What people use: a wide screen and a phone, by day and by night. */
const VIEWS = [1280, 390].flatMap((width) => (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })));

describe("The page in a browser", function () {
  this.timeout(300_000);
  let folder = "";
  let url = "";
  let browser: Browser;
  let drawn: readonly DrawnSite[] = [];

  before(async function () {
    const executablePath = ["chromium", "chromium-browser", "google-chrome"]
      .map((name) => onPath(name))
      .find((found) => found !== undefined);
    if (executablePath === undefined) return skipped(this, "no chromium on PATH");
    const plans = [];
    for (const name of SITES) plans.push(await makePlan(readSite(name), progressOf("test")));
    const changes = changesFor(plans);
    drawn = plans.map((plan) => ({ plan, facility: plan.capacity.facility ?? assert.fail(), changes }));
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-page-"));
    const file = path.join(folder, "page.html");
    fs.writeFileSync(file, planPage(drawn, { made: new Date(0), commit: "0123456789abcdef", edited: true }));
    url = pathToFileURL(file).href;
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    if (folder !== "") fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page with everything unfolded, and fails for whatever the browser complains about or asks of a network. */
  async function opened(view: (typeof VIEWS)[number], use: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage({ viewport: { width: view.width, height: 900 }, colorScheme: view.colorScheme });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    await use(page);
    assert.deepEqual(complaints, []);
    await page.close();
  }

  for (const view of VIEWS)
    it(`fits, can be read and passes the checks of axe at ${view.width} pixels, ${view.colorScheme}`, async () => {
      await opened(view, async (page) => {
        const faults = await page.evaluate(FAULTS);
        assert.deepEqual(faults, { overflow: 0, outside: [], small: [], cut: [], squeezed: [] });
        await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") });
        const { violations, passes } = await page.evaluate<AxeResults>(AXE);
        assert.ok(passes.length > 10);
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`),
          [],
        );
      });
    });

  it("names every pod of a host, the picture and the changes to whoever has a keyboard and no pointer", async () => {
    await opened({ width: 1280, colorScheme: "light" }, async (page) => {
      for (const { plan, facility } of drawn) {
        const site = page.locator(`#${plan.site.site.name}`);
        const hosts = (await site.locator(".host").allTextContents()).map((text) => text.replace(/\s+/g, " "));
        assert.equal(hosts.length, facility.hosts.length);
        for (const pod of facility.pods)
          assert.ok(
            hosts.some((text) => text.includes(`${pod.namespace}/${pod.name}`)),
            pod.name,
          );
        const found = await site.locator("g.box[tabindex='0']").all();
        const boxes = await Promise.all(found.map(async (each) => (await each.getAttribute("aria-label")) ?? ""));
        assert.ok(
          boxes.some((label) => /^hub: namespace .*reaches .*reached from .*anywhere \(/.test(label)),
          boxes.join("\n"),
        );
        assert.ok(boxes.every((label) => label.length > 10));
        assert.match(await site.locator(".changes").innerText(), /Changes against .*data at risk/s);
      }
    });
  });

  it("gives a name of its own to whatever can be opened, and nothing to open where there is nothing", async () => {
    await opened({ width: 390, colorScheme: "light" }, async (page) => {
      const names = await page.evaluate<string[]>(NAMES);
      const often = names.filter((name, index) => names.indexOf(name) !== index);
      assert.deepEqual([...new Set(often)], []);
      assert.deepEqual(
        names.filter((name) => /^0 /.test(name)),
        [],
      );
    });
  });

  it("tells of each site, before its section, what became of it and whether it is worse than before", async () => {
    await opened({ width: 390, colorScheme: "light" }, async (page) => {
      const sites = (await page.locator("nav li").allTextContents()).map((text) => text.replace(/\s+/g, " ").trim());
      assert.equal(sites.length, drawn.length);
      for (const [index, { plan, changes }] of drawn.entries()) {
        const worse = changes?.sites.find(({ site }) => site === plan.site.site.name)?.worse;
        const told = sites[index] ?? "";
        assert.ok(told.startsWith(`${plan.site.site.name}: `), told);
        assert.ok(told.includes(conclusion(plan.findings, "fits and passes")), told);
        assert.equal(told.endsWith("; worse than before, or not to be made by the way"), worse, told);
      }
    });
  });

  it("shows another scene of one site by keyboard, and leaves the other sites alone", async () => {
    await opened({ width: 1280, colorScheme: "light" }, async (page) => {
      const [first, second] = drawn.map(({ plan }) => page.locator(`#${plan.site.site.name}`));
      assert.ok(first && second);
      await first.locator("input.now").focus();
      await page.keyboard.press("ArrowRight");
      assert.match(await first.locator(".outcome:visible").innerText(), /^Without /);
      assert.ok((await first.locator(".lost:visible").count()) > 0);
      assert.match(await second.locator(".outcome:visible").innerText(), /^Everything in place/);
      assert.equal(await second.locator(".lost:visible").count(), 0);
    });
  });
});
