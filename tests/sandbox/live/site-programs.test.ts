import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { V1Deployment } from "@kubernetes/client-node";
import { isChosen, programsOf, readPrograms } from "#af/sandbox/agent/programs";
import { USUAL_NETWORK } from "#af/sandbox/cell/network";
import { filledRelease } from "#af/sandbox/live/hub-chart";
import { dataServer, hubRelease, sitePrograms } from "#af/sandbox/live/site-programs";
import { loginPlan } from "#af/sandbox/live/users";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { stringify } from "yaml";
import { everySubject, type Subject } from "../../components/hub/subjects";

describe("what `up --live` runs of a site", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-live-"));
  let subjects: readonly Subject[];
  before(async () => {
    subjects = await everySubject();
    // An environment has a Python in it.
    fs.mkdirSync(path.join(folder, "bin"));
    fs.symlinkSync(process.execPath, path.join(folder, "bin", "python"));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const programs = (subject: Subject) => {
    const file = path.join(folder, "live.yaml");
    fs.writeFileSync(file, stringify(sitePrograms(subject.site, USUAL_NETWORK, { hub: folder, user: folder, authority: folder })));
    return readPrograms(file);
  };

  it("has a program for each container that it chooses, of every kind of site", () => {
    for (const subject of subjects) {
      const map = programs(subject);
      const release = hubRelease(subject.site);
      const described = JSON.parse(JSON.stringify(release.chart.workloads({ ...release, name: release.release }))) as ClusterObject[];
      const { objects = [] } = filledRelease(release, described) ?? {};
      const chosen = (objects as readonly (ClusterObject & V1Deployment)[]).flatMap(({ kind, spec }) => {
        const template = kind === "Deployment" ? spec?.template : undefined;
        const metadata = { namespace: release.namespace, labels: template?.metadata?.labels ?? {} };
        return template !== undefined && isChosen(map, { metadata }) ? (template.spec?.containers ?? []) : [];
      });
      assert.deepEqual(chosen.map(({ name }) => name).sort(), ["chp", "hub"], subject.name);
      // The described hub has no command; the filled one is told what to start.
      assert.ok(chosen.every(({ args, command }) => (args ?? command ?? []).length > 0));
      const profiles = subject.hub.singleuser.profileList.map((each) => (each["kubespawner_override"] as { image: string }).image);
      for (const image of [...chosen.map((each) => each.image ?? ""), ...profiles])
        assert.notEqual(programsOf(map, image), undefined, `${subject.name}: ${image}`);
    }
  });

  it("answers at every name that the hub and users' servers ask", () => {
    for (const subject of subjects) {
      const { hosts } = programs(subject);
      const { authorize, token, userinfo } = loginPlan(subject.site.hub);
      const config = Object.values(subject.hub.hub.config).flatMap((each) => [
        each["authorize_url"],
        each["token_url"],
        each["userdata_url"],
      ]);
      const asked = config.flatMap((url) => (typeof url === "string" ? [new URL(url).hostname] : []));
      const names = [...asked, ...[authorize, token, userinfo].map(({ hostname }) => hostname), dataServer(subject.site).host];
      for (const name of names) assert.match(hosts[name] ?? "none", /^\d+(\.\d+){3}$/, `${subject.name}: ${name}`);
    }
  });

  it("lets members in and has somebody who is none", () => {
    for (const { name, site } of subjects) {
      const { users } = loginPlan(site.hub);
      const isIn = users.map(({ claims }) => Object.values(claims).some((value) => value === site.hub.login.allowedGroups));
      assert.deepEqual(
        isIn,
        users.map(({ isMember }) => isMember),
        name,
      );
      assert.deepEqual(new Set(isIn), new Set([true, false]), name);
    }
  });
});
