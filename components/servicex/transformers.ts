import { bytes, millicores, quantityOf } from "../../capacity/quantity";
import type { RequestedPods } from "../parts";
import type { Resources } from "../workloads/kit";
import type { InstalledServiceX } from "./settings";

type Transformers = InstalledServiceX["transformers"];

/**
 * Containers of a transformer pod: the science image, and the sidecar that uploads results. The app gives both the same requests and limits
 * (https://github.com/ssl-hep/ServiceX/blob/develop/servicex_app/servicex_app/transformer_manager.py).
 */
export const TRANSFORMER_CONTAINERS = 2;

/** CPU and memory of one container of a transformer. */
type TransformerResources = Resources & { readonly limits: { readonly cpu: string } };

/**
 * Requests and limits of each container of a transformer. Each may use what the site file says, and requests half of that, so that the pod
 * requests what one container may use: while the science image works, the sidecar waits.
 */
export function transformerResources({ cpu, memory }: Pick<Transformers, "cpu" | "memory">): TransformerResources {
  const half = (amount: bigint): bigint => (amount + 1n) / 2n;
  return {
    requests: { cpu: quantityOf("cpu", half(millicores(cpu))), memory: quantityOf("memory", half(bytes(memory))) },
    limits: { cpu, memory },
  };
}

/** All transformers at once. */
export function transformerPods(transformers: Transformers): RequestedPods {
  return {
    resources: transformerResources(transformers),
    containers: TRANSFORMER_CONTAINERS,
    count: transformers.max * transformers.requests,
  };
}
