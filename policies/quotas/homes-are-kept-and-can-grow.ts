import type { StackRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";
import { isStorageClass } from "../model/storage-classes";

export const homesAreKeptAndCanGrow: StackRule = {
  name: "homes-are-kept-and-can-grow",
  pack: "quotas",
  title: "The storage class of homes keeps a volume whose claim is deleted, and lets it grow.",
  why: "A deleted claim takes its volume with it unless the class retains volumes. Nothing is known of a class that the stack does not make.",
  sources: ["https://kubernetes.io/docs/concepts/storage/storage-classes/#reclaim-policy"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Set reclaimPolicy to Retain and allowVolumeExpansion to true; with Delete, a home is lost when its claim is deleted.",
  frameworks: ["facility:Q-34", "facility:F-34"],
  scope: "stack",
  check: (objects, on) => {
    forEachHub(objects, on, ({ hub }) => {
      const wanted = hub.values.at("singleuser", "storage", "dynamic", "storageClass").text();
      const storageClass = objects.find((object) => isStorageClass(object) && object.name === wanted);
      if (!storageClass) return;
      const judgement = on(storageClass);
      judgement.attempt(() => {
        judgement.countChecked();
        const reclaim = storageClass.root.at("reclaimPolicy");
        // The API server takes Delete where the field is missing.
        if (reclaim.text() !== "Retain")
          judgement.violation(reclaim, `is ${reclaim.text() ?? "not set, which means Delete"}; allowed: Retain`);
        const grows = storageClass.root.at("allowVolumeExpansion");
        if (grows.boolean() !== true) judgement.violation(grows, "homes could never grow; allowed: true");
      });
    });
  },
};
