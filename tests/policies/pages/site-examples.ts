import { cases as externalCeph } from "../quotas/external-ceph-holds-its-claims.test";
import { DEFAULT_DENY, NAMESPACE } from "../manifests";
import { hardened } from "../hardening";
import { siteConfig, spoilt } from "../../support/site-config";
import { waiverOf } from "../waiver";
import type { SiteExample } from "./examples";

const volume = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "software" }, spec: { hostPath: { path: "/cvmfs" } } };
const waiver = waiverOf({ until: "2027-06-30" });
const expiry = { objects: [NAMESPACE], settings: { expiry: { hubClientSecret: "2027-06-30" } }, at: ["expiry", "hubClientSecret"] };

/** Examples of rules that the site file decides, and whose cases in their tests are of a site that is no file. */
export const SITE_EXAMPLES: Readonly<Record<string, SiteExample>> = {
  "external-ceph-holds-its-claims": {
    objects: externalCeph.passes,
    settings: {
      storage: {
        kind: "external",
        fsid: "797f411a-aafe-11ec-a254-fa163e1539f5",
        monitors: { hosts: [{ name: "a", address: "198.51.100.1" }] },
        block: { pool: "blocks" },
        objectStore: { kind: "rgw", host: "s3.example.edu" },
        capacity: "1226Gi",
      },
    },
    at: ["storage", "capacity"],
    value: "1225Gi",
  },
  "waivers-are-exact": {
    objects: [volume],
    settings: { waivers: [waiver] },
    at: ["waivers", 0, "allows"],
    value: "/software",
    today: "2027-04-01",
  },
  "network-policies-are-enforced": {
    objects: [DEFAULT_DENY],
    settings: { site: siteConfig("unl").site },
    at: ["site", "kubernetes", "networkPlugin"],
    value: "flannel",
  },
  "cluster-is-hardened": {
    objects: [NAMESPACE],
    settings: { site: spoilt(siteConfig("unl").site as Record<string, unknown>, ["kubernetes", "hardening"], hardened("2026-11-02")) },
    at: ["site", "kubernetes", "hardening", "secretsEncrypted", "holds"],
    value: false,
    today: "2027-04-01",
  },
  "nothing-has-ended": { ...expiry, value: "2027-03-31", today: "2027-04-01" },
  "nothing-ends-soon": { ...expiry, value: "2027-04-10", today: "2027-04-01" },
};
