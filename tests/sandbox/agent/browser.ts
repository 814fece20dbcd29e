import { once } from "node:events";
import * as http from "node:http";
import * as path from "node:path";
import { chromium, type Page } from "playwright-core";

/** What a visit needs to know. */
export interface Visit {
  /** Path of the browser. */
  readonly chromium: string;
  /** Name of the hub, and the address that it stands for here. */
  readonly host: string;
  readonly front: string;
  /** URL at which the login provider is to listen. */
  readonly provider: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** Folder for pictures. */
  readonly pictures: string;
}

/** What a visit has seen. */
export interface Visited {
  /** Where the user logged in. */
  readonly provider: string;
  readonly user: string;
  /** What the cell has printed. */
  readonly output: string;
  /** Address of the dashboard, and what is written there. */
  readonly dashboard: string;
  readonly dashboardText: string;
}

/** The cell of the notebook: a cluster in the server itself, as its image has nothing else on a machine without a batch system. */
const CELL = `from distributed import Client, LocalCluster
cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":8787")
client = Client(cluster)
total = sum(client.gather(client.map(lambda n: n * n, range(1000))))
print("the sum is", total, "on", len(client.scheduler_info()["workers"]), "workers")`;

/** A real OpenID Connect provider that knows everybody, and says of everybody that they are of the group. */
async function startProvider({ provider, host, client }: Visit): Promise<http.Server> {
  const { default: Provider } = await import("oidc-provider");
  const oidc = new Provider(provider, {
    clients: [
      {
        ...{ client_id: client.id, client_secret: client.secret, token_endpoint_auth_method: "client_secret_post" },
        redirect_uris: [`https://${host}/hub/oauth_callback`],
      },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username", "groups"], email: ["email"] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: ["/cms"], email: `${id}@example.edu` }),
    }),
  });
  const answer = oidc.callback();
  const server = http.createServer((request, response) => void answer(request, response));
  const { hostname, port } = new URL(provider);
  server.listen(Number(port), hostname);
  await once(server, "listening");
  return server;
}

async function visit(given: Visit): Promise<Visited> {
  const server = await startProvider(given);
  const browser = await chromium.launch({
    executablePath: given.chromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", `--host-resolver-rules=MAP ${given.host} ${given.front}`],
  });
  try {
    const page = await browser.newPage({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(120_000);
    const picture = (name: string): Promise<Buffer> => page.screenshot({ path: path.join(given.pictures, `${name}.png`) });
    try {
      return await walk(page, given, picture);
    } catch (error) {
      await picture("failed");
      throw new Error(`at ${page.url()}: ${String(error)}\n${(await page.innerText("body")).slice(0, 1_000)}`);
    }
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
  }
}

async function walk(page: Page, { host }: Visit, picture: (name: string) => Promise<Buffer>): Promise<Visited> {
  await page.goto(`https://${host}/`);
  await page.locator("a.btn, #login-main a").first().click();
  await page.locator("input[name=login]").fill("ada");
  const provider = new URL(page.url()).origin;
  await page.locator("input[name=password]").fill("any");
  await picture("1-provider");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: /continue/i }).click();
  await page.waitForURL(/\/hub\/|\/user\//);
  await picture("2-profiles");
  await page.locator("#spawn_form [type=submit]").click();
  await page.waitForURL(/\/user\/ada\//);
  await page.locator(".jp-Launcher, .jp-LauncherCard").first().waitFor();
  await picture("3-lab");
  await page.locator(".jp-LauncherCard[data-category=Notebook]").first().click();
  const cell = page.locator(".jp-Notebook .jp-CodeCell .cm-content").first();
  // A cell that is run before the kernel answers is not run at all.
  await page.getByText("(ipykernel) | Idle").waitFor();
  await cell.click();
  await page.keyboard.insertText(CELL);
  await page.keyboard.press("Shift+Enter");
  const output = page.locator(".jp-OutputArea-output").filter({ hasText: "the sum is" }).first();
  await output.waitFor();
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Rename and Save" }).click();
  await page.getByText("Saving completed").waitFor();
  await picture("4-notebook");
  const seen = { provider, user: new URL(page.url()).pathname.split("/")[2] ?? "", output: await output.innerText() };
  await page.goto(`https://${host}/user/ada/proxy/8787/status`);
  await page.locator(".bk-Figure, .bk-Row, #navbar, .navigation").first().waitFor();
  await page.waitForTimeout(2_000);
  await picture("5-dashboard");
  return { ...seen, dashboard: page.url(), dashboardText: `${await page.title()} ${await page.innerText("body")}` };
}

if (require.main === module)
  visit(JSON.parse(process.argv[2] ?? "{}") as Visit).then(
    (seen) => {
      console.log(JSON.stringify(seen));
      process.exit(0);
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
