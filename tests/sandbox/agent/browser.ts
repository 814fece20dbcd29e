import * as path from "node:path";
import { chromium, type Page } from "playwright-core";

/** What a visit needs to know. */
export interface Visit {
  /** Path of the browser. */
  readonly chromium: string;
  /** Address of the hub. */
  readonly url: string;
  /** Whom to be. */
  readonly user: string;
  /** Code of the notebook's cells, each with what it prints last. */
  readonly cells: readonly { readonly code: string; readonly prints: RegExp }[];
  /** Folder for pictures. */
  readonly pictures: string;
}

/** What a visit has seen. */
export interface Visited {
  /** Where the user logged in. */
  readonly provider: string;
  /** The user's name at the hub. */
  readonly user: string;
  /** What each cell has printed. */
  readonly outputs: readonly string[];
  /** Address of the dashboard, and what is written there. */
  readonly dashboard: string;
  readonly dashboardText: string;
}

/** Logs in, starts a server, runs cells in a notebook, and opens the dashboard of the Dask cluster that they have made. */
export async function visit(given: Visit): Promise<Visited> {
  const browser = await chromium.launch({
    executablePath: given.chromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(120_000);
    const picture = (name: string): Promise<Buffer> => page.screenshot({ path: path.join(given.pictures, `${name}.png`) });
    try {
      return await walk(page, given, picture);
    } catch (error) {
      // A page that hangs has neither a picture nor a text.
      await page.screenshot({ path: path.join(given.pictures, "failed.png"), timeout: 10_000 }).catch(() => undefined);
      const text = await page.innerText("body", { timeout: 10_000 }).catch(() => "");
      throw new Error(`at ${page.url()}: ${String(error)}\n${text.slice(0, 1_000)}`, { cause: error });
    }
  } finally {
    await browser.close();
  }
}

async function walk(page: Page, { url, user, cells }: Visit, picture: (name: string) => Promise<Buffer>): Promise<Visited> {
  await page.goto(url);
  await page.locator("a.btn, #login-main a").first().click();
  await page.locator(`#${user}`).waitFor();
  const provider = new URL(page.url()).origin;
  await picture("1-provider");
  await page.locator(`#${user}`).click();
  await page.waitForURL(/\/hub\/|\/user\//);
  await picture("2-profiles");
  await page.locator("#spawn_form [type=submit]").click();
  await page.waitForURL(/\/user\//);
  await page.locator(".jp-Launcher, .jp-LauncherCard").first().waitFor();
  // The question whether Jupyter may bring news covers a part of the page, and comes or does not come.
  await page.addLocatorHandler(page.getByText("Would you like to get notified"), () =>
    page.getByRole("button", { name: "No", exact: true }).click(),
  );
  await picture("3-lab");
  await page.locator(".jp-LauncherCard[data-category=Notebook]").first().click();
  // A cell that is run before the kernel answers is not run at all.
  await page.getByText("(ipykernel) | Idle").waitFor();
  const outputs: string[] = [];
  for (const [index, { code, prints }] of cells.entries()) {
    await page.locator(".jp-Notebook .jp-CodeCell .cm-content").nth(index).click();
    await page.keyboard.insertText(code);
    await page.keyboard.press("Shift+Enter");
    const output = page.locator(".jp-OutputArea-output").filter({ hasText: prints }).first();
    await output.waitFor();
    outputs.push(await output.innerText());
  }
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Rename and Save" }).click();
  await page.getByText("Saving completed").waitFor();
  await picture("4-notebook");
  const name = new URL(page.url()).pathname.split("/")[2] ?? "";
  await page.goto(`${url}/user/${name}/proxy/8787/status`);
  await page.locator(".bk-Figure, .bk-Row, #navbar, .navigation").first().waitFor();
  await page.waitForTimeout(2_000);
  await picture("5-dashboard");
  const dashboardText = `${await page.title()} ${await page.innerText("body")}`;
  return { provider, user: name, outputs, dashboard: page.url(), dashboardText };
}
