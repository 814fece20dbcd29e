import assert from "node:assert/strict";
import { workloadId } from "#af/capacity/packing/model";
import { readSite } from "#af/stacks/site/read";
import type { PackFacility } from "#af/policies/capacity/pack-facility";
import { progressOf } from "#af/terminal/progress";
import { flowTable } from "#af/policies/model/flow-table";
import { rateText } from "#af/capacity/rates/bit-rate";
import { changeSentence, dataRatesOf } from "#af/tools/plan/rates";
import { escaped } from "#af/tools/plan/html/markup";
import { planPage } from "#af/tools/plan/html/page";
import { scenesOf, type Standing } from "#af/tools/plan/html/scenes";
import { makePlan, type Plan } from "#af/tools/plan/plan";
import { SITES } from "../support/site-config";

/** When and from what the pages of these tests are made. */
const STAMP = { made: new Date(0), commit: "0123456789abcdef", edited: false };

const VOID = ["meta", "input", "rect", "path"];

/** Elements that are not closed, or closed and not open. */
function unbalanced(page: string): readonly string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const markup = page.replace(/<(style|script)>[^]*?<\/\1>/g, "").replace("<!doctype html>", "");
  for (const [, end, name = "", selfClosing] of markup.matchAll(/<(\/?)([a-z0-9]+)(?:\s(?:[^<>"]|"[^"]*")*?)?(\/?)>/g))
    if (end) {
      if (open.pop() !== name) wrong.push(name);
    } else if (!selfClosing && !(VOID.includes(name) && name !== "path")) open.push(name);
  return [...wrong, ...open];
}

for (const name of SITES) {
  describe(`the page of ${name}`, function () {
    this.timeout(120_000);
    let plan: Plan;
    let facility: PackFacility;
    let page = "";
    before(async () => {
      plan = await makePlan(readSite(name), progressOf("test"));
      facility = plan.capacity.facility ?? assert.fail();
      page = planPage([{ plan, facility }], STAMP);
    });

    it("says when and from which commit it is made", () => {
      assert.match(page, /Made 1970-01-01 00:00 UTC of commit 0123456789ab</);
    });

    it("is one page that needs no other", () => {
      assert.deepEqual(unbalanced(page), []);
      assert.doesNotMatch(page, /https?:|\ssrc=|\shref=|@import|url\((?!#)/);
      assert.ok(Buffer.byteLength(page) < 1_000_000, `${Buffer.byteLength(page)} bytes`);
      assert.match(page, /prefers-color-scheme/);
    });

    it("draws every host, reached by keyboard, and every pod with its name", () => {
      for (const host of facility.hosts) {
        assert.match(page, new RegExp(`<h6>${host.name}</h6>`));
        assert.match(page, new RegExp(`<option value="loss-\\d+"[^>]*>\\s*${host.name}\\b`), "it can be lost");
        for (const pod of host.standing ?? []) assert.ok(page.includes(`<title>${workloadId(pod)} (DaemonSet): `), workloadId(pod));
      }
      for (const pod of facility.pods) assert.match(page, new RegExp(`<title>${workloadId(pod).replace(/[.()]/g, "\\$&")}( × \\d+)?: `));
    });

    it("answers every question, and names five hosts", () => {
      for (const { about } of plan.capacity.answers) assert.ok(page.includes(about), about);
      assert.match(page, /Tightest hosts/);
      for (const { waits, changes } of plan.capacity.answers) {
        for (const { workload, reasons } of waits) {
          assert.ok(page.includes(workload), workload);
          for (const { hosts } of reasons) for (const host of hosts) assert.ok(page.includes(host), host);
        }
        for (const change of changes(3)) assert.ok(page.includes(change), change);
      }
    });

    it("draws a bar for each stage of the data's way, and says what limits it", () => {
      const { answer, changes } = dataRatesOf(plan.site) ?? assert.fail();
      for (const { name: stage, bound } of answer.stages)
        assert.ok(page.includes(`aria-label="${escaped(`${stage}: ${bound ? rateText(bound) : "not known"}`)}"`), stage);
      assert.equal([...page.matchAll(/<path class="limit"/g)].length, answer.limits.length);
      for (const change of changes.slice(0, 3)) assert.ok(page.includes(escaped(changeSentence(change))), change.text);
    });

    it("marks each open connection with its ports, and no other", () => {
      const connections = plan.connections() ?? assert.fail();
      const marks = [...page.matchAll(/<td class="open" title="(\S.*?) reaches (\S.*?) at ([^"]*)">/g)].map(([, ...parts]) =>
        parts.join(" "),
      );
      const rows = flowTable(connections);
      assert.equal(new Set(marks).size, new Set(rows.map(({ from, to }) => `${from} ${to}`)).size);
      for (const { from, to, ports } of rows)
        assert.ok(
          marks.some((mark) => mark.startsWith(`${from} ${to} `) && mark.includes(ports)),
          `${from} ${to} ${ports}`,
        );
      assert.ok(!marks.some((mark) => mark.startsWith("hub/users hub/users")));
    });

    it("loses no pod in any scene: it is placed, waits, or is gone", () => {
      const total = (pods: readonly { readonly count: number }[]) => pods.reduce((sum, { count }) => sum + count, 0);
      for (const { title, hosts, waiting, gone } of scenesOf(facility, "fits"))
        assert.equal(total([...hosts.values()].flat().map(({ pod }) => pod)) + total(waiting) + total(gone), total(facility.pods), title);
    });

    it("moves only what stood on the lost hosts, and what makes room for it on as few others", () => {
      const [now, ...losses] = scenesOf(facility, "fits");
      const held = (host: string) => (now.hosts.get(host) ?? []).reduce((sum, { pod }) => sum + pod.count, 0);
      for (const { title, lost, hosts, waiting, gone } of losses) {
        if (waiting.length > 0) continue;
        const moved = [...hosts.values()].flat().reduce((sum, standing) => sum + standing.moved, 0);
        const homeless = lost.reduce((sum, host) => sum + held(host), 0) - gone.reduce((sum, { count }) => sum + count, 0);
        const evicted = [...hosts].filter(([host, standing]) =>
          (now.hosts.get(host) ?? []).some((was) => countOf(standing, was) < was.pod.count),
        );
        const room = evicted.reduce((sum, [host]) => sum + held(host), 0);
        assert.ok(moved >= homeless && moved <= homeless + room, `${title}: ${moved} moved, ${homeless} were homeless`);
        // On no host of the two sites do more than two pods need the room of others.
        assert.ok(evicted.length <= 2, `${title}: pods of ${evicted.length} hosts were evicted`);
      }
    });

    it("escapes what a site may be called", () => {
      const title = `<img src=x onerror="alert(1)"> & 'more'`;
      const site = { ...plan.site, site: { ...plan.site.site, title } };
      const spoilt = planPage([{ plan: { ...plan, site, connections: () => undefined }, facility }], STAMP);
      assert.match(spoilt, /who reaches whom is not known/);
      assert.ok(!spoilt.includes("<img"));
      assert.match(spoilt, /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; &amp; &#39;more&#39;/);
    });
  });
}

/** How many pods of a workload stand there. */
function countOf(standing: readonly Standing[], { pod }: Standing): number {
  return standing.find((each) => workloadId(each.pod) === workloadId(pod))?.pod.count ?? 0;
}
