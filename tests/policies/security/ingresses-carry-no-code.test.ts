import assert from "node:assert/strict";
import { ingressesCarryNoCode as rule } from "#af/policies/security/ingresses-carry-no-code";
import { neverSilent, nothingFound, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";

const CLASS: Data = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "traefik" },
  spec: { controller: "traefik.io/ingress-controller" },
};
const INGRESS: Data = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "route", namespace: "work", annotations: { "nginx.ingress.kubernetes.io/rewrite-target": "/" } },
  spec: { rules: [{ host: "www.example.org" }], tls: [{ hosts: ["www.example.org"] }] },
};

describe("ingresses-carry-no-code", () => {
  const said = (object: Data) => verdictOn([object], [rule]).findings.map(({ message }) => message);

  it("accepts other annotations, and a controller that is maintained", () => {
    nothingFound([CLASS, INGRESS], rule);
    nothingFound([changed(INGRESS, ["metadata", "annotations"], undefined)], rule);
  });

  it("refuses snippets, and the controller that ended", () => {
    for (const name of ["nginx.ingress.kubernetes.io/configuration-snippet", "nginx.org/server-snippets"])
      assert.match(
        said(changed(INGRESS, ["metadata", "annotations", name], "return 200;")).join(),
        /is copied into the controller's configuration/,
      );
    assert.match(
      said(changed(CLASS, ["spec", "controller"], "k8s.io/ingress-nginx")).join(),
      /is k8s\.io\/ingress-nginx, which nobody maintains/,
    );
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, CLASS, ["spec", "controller"], 1);
    neverSilent(rule, INGRESS, ["metadata", "annotations"], "none");
  });
});
