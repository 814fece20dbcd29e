import { catalogue } from "../../components/charts/catalogue";
import { is } from "../model/objects";
import type { SiteRule } from "../model/rules";

/** Sources from which Flux installs. */
const KINDS = ["HelmRepository", "OCIRepository", "GitRepository", "Bucket"];

export const chartSourcesAreKnown: SiteRule = {
  name: "chart-sources-are-known",
  pack: "security",
  title: "Flux installs from the repositories of the described charts, or from the site's own mirror, and from nowhere else.",
  why: "What a source of Flux holds runs in the cluster with the rights of its controllers, and who can write to the source needs no other access.",
  sources: ["https://fluxcd.io/flux/security/best-practices/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Name the chart's own repository, or the mirror of the site in af:delivery.mirror.",
  frameworks: ["facility:F-25", "facility:IMG-09"],
  scope: "site",
  check: (objects, site, on) => {
    const { mirror } = site.delivery;
    const known = new Set([...catalogue.map(({ repository }) => repository), ...(mirror === undefined ? [] : [mirror])]);
    for (const object of objects.filter((each) => KINDS.some((kind) => is(each, "source.toolkit.fluxcd.io/*", kind)))) {
      const judgement = on(object);
      judgement.countChecked();
      judgement.attempt(() => {
        const url = object.root.at("spec", object.kind === "Bucket" ? "endpoint" : "url");
        const text = url.text() ?? "";
        if (!known.has(text.replace(/\/$/, "")) && !known.has(text))
          judgement.violation(
            url,
            `is ${text === "" ? "left out" : "a source that no chart is described from"}; allowed: repositories of the described charts, and the mirror of the site`,
          );
      });
      judgement.attempt(() => {
        const insecure = object.root.at("spec", "insecure");
        if (insecure.boolean() === true)
          judgement.violation(insecure, "is true, so anybody on the way may change what is installed; allowed: false");
      });
    }
  },
};
