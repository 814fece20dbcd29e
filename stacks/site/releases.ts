import type { Chart } from "../../components/charts/chart";
import { nameOf } from "../../components/tenancy/settings";
import { allParts } from "./parts";
import type { Site } from "./schema";

/** A release that somebody is going to install, with the values that anybody may read. */
export interface SiteRelease {
  readonly release: string;
  readonly namespace: string;
  readonly chart: Chart<object>;
  readonly values: object;
}

/** Every release of a site, as it is named and namespaced. */
export function releasesOf(site: Site): readonly SiteRelease[] {
  return allParts(site).flatMap(({ role, releases }) =>
    Object.values(releases).map(({ chart, release, values }) => {
      if (role === undefined) throw new Error(`release ${release} has no namespace`);
      return { release, namespace: nameOf(site.tenancy, role), chart, values };
    }),
  );
}
