import assert from "node:assert/strict";
import * as path from "node:path";
import { chartAtHand } from "../../support/charts-at-hand";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { spoilt } from "../../support/site-config";
import { RunningHub } from "./running-hub";
import { PYTHON, subjectOf, withLimits } from "./subjects";

const WORDS = {
  whoMayEnter: "Members of CMS & friends",
  help: "https://help.example.edu/faq?a=1&b=2",
  news: `<script>alert("no")</script> Maintenance on Tuesday`,
};

/** Groups that the login tells of each user. */
const GROUPS = {
  expert: ["/cms", "/cms/experts"],
  student1: ["/cms", "/cms/students"],
  student2: ["/cms", "/cms/students"],
  guest1: ["/cms/guests"],
  guest2: ["/cms/guests"],
  guest3: ["/cms/guests"],
};

describe("what the real hub shows and allows to members of groups", function () {
  this.timeout(300_000);
  const hub = new RunningHub();
  let title = "";

  before(async function () {
    const environment: PythonEnvironment = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
    const subject = subjectOf("with limits", spoilt(withLimits(), ["hub", "loginPage"], WORDS));
    title = subject.site.site.title;
    await hub.start(environment, subject, { dummy: true, chart: chartAtHand("jupyterhub"), groups: GROUPS });
  });
  after(() => hub.stop());

  async function loggedIn(user: string) {
    const browser = hub.browser();
    await browser.open("hub/login");
    const { status } = await browser.open("hub/login", { username: user, password: "x" });
    assert.equal(status, 302, hub.complaints().join("\n"));
    return browser;
  }
  const pods = (): number => hub.cluster.created.filter(({ kind }) => kind === "Pod").length;

  it("says on the login page what the facility is, who may enter, where help is and what is new, and runs no word of it", async () => {
    const { status, text } = await hub.browser().open("hub/login");
    assert.equal(status, 200, hub.complaints().join("\n"));
    const escaped = (words: string): string =>
      words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&#34;");
    for (const words of [title, WORDS.whoMayEnter, WORDS.news]) assert.ok(text.includes(escaped(words)), `${words}: ${text}`);
    assert.ok(text.includes(`href="${escaped(WORDS.help)}"`));
    assert.ok(!text.includes("<script>alert"));
    // The hub's own form is still there.
    assert.match(text, /name="_xsrf"/);
  });

  it("offers a size to members of its groups alone, and refuses it to others who ask for it by name", async () => {
    const wanted = { profile: "analysis-with-more-memory" };
    for (const [user, sees] of [
      ["expert", true],
      ["student1", false],
    ] as const) {
      const browser = await loggedIn(user);
      const { text } = await browser.open("hub/spawn");
      assert.equal(text.includes(`value="${wanted.profile}"`), sees, user);
      const before = pods();
      const { status } = await browser.open("hub/spawn", wanted);
      if (sees) await hub.until(() => pods() === before + 1);
      else assert.ok(status >= 400, `${user}: ${status}`);
      assert.equal(pods(), before + (sees ? 1 : 0), user);
    }
  });

  it("starts no server with which a group would run more servers or more memory than its ceiling, and says so", async () => {
    const table = [
      ["student1", undefined],
      ["student2", /members of \/cms\/students run 1 servers, and 1 is the most/],
      ["guest1", undefined],
      ["guest2", undefined],
      ["guest3", /members of \/cms\/guests would have more than 20 GiB/],
    ] as const;
    for (const [user, refusal] of table) {
      const browser = await loggedIn(user);
      const before = pods();
      const first = await browser.open("hub/spawn", { profile: "analysis" });
      if (refusal === undefined) {
        await hub.until(() => pods() === before + 1);
        continue;
      }
      const { text } = first.status === 302 ? await browser.open(`hub/spawn-pending/${user}`) : first;
      assert.match(text, refusal, user);
      assert.equal(pods(), before, user);
    }
  });
});
