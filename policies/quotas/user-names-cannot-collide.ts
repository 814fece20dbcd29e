import type { StackRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";

export const userNamesCannotCollide: StackRule = {
  name: "user-names-cannot-collide",
  pack: "quotas",
  title: "Users whose names differ get pods, homes and host names that differ.",
  why: "KubeSpawner makes names of pods, homes and hosts out of user names. Its older scheme cuts long names and escapes letters without a hash, so that two users can get the same name.",
  sources: ["https://jupyterhub-kubespawner.readthedocs.io/en/latest/templates.html"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: 'Set hub.config.KubeSpawner.slug_scheme to "safe": it adds a hash where a name was escaped or cut, the older "escape" does not.',
  frameworks: ["facility:Q-43", "facility:F-06"],
  scope: "stack",
  check: (objects, on) => {
    forEachHub(objects, on, ({ hub }) => {
      const judgement = on(hub.object);
      judgement.countChecked();
      const scheme = hub.values.at("hub", "config", "KubeSpawner", "slug_scheme");
      // The default of KubeSpawner since version 7.
      const found = scheme.text() ?? "safe";
      if (found !== "safe") judgement.violation(scheme, `is ${found}, with which two users can share a home; allowed: safe`);
    });
  },
};
