import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";

/**
 * The packs' rules as ValidatingAdmissionPolicies, so that they hold for what the hub, ServiceX, Dask Gateway and users make at run time, which no preview sees.
 * Nothing waits for them, because the engine cannot delete what a protected resource depends on.
 */
export class Admission extends pulumi.ComponentResource {
  constructor(name: string, part: Part, opts?: pulumi.ComponentResourceOptions) {
    super("af:admission:Admission", name, {}, opts);
    installAll(name, part.objects, (key, before) => {
      // A binding is nothing without its policy, and a policy refuses nothing without its binding.
      const policy = before[key.replace(/-binding$/, "")];
      return { parent: this, ...(policy && { dependsOn: [policy] }) };
    });
    this.registerOutputs({ policies: Object.keys(part.objects).filter((key) => !key.endsWith("-binding")) });
  }
}
