import { grouped } from "../../capacity/packing/grouped";
import { selectsLabels } from "../../capacity/packing/selectors";
import type { Field } from "./field";
import { labelIndex } from "../../capacity/label-index";
import type { Labels } from "../../capacity/labels";
import { labelSelectorOf } from "./pod-reading";
import type { StackWorkload } from "./workloads";

/** The pods of a namespace that have the same labels, so that a selector selects all of them or none. */
export interface LabelledPods {
  readonly labels: Labels;
  /** Number of pods at full scale. */
  readonly pods: number;
}

/** Finds the pods of a namespace that have some labels. */
type Find = (wanted: Labels) => readonly LabelledPods[];

/** Pods by namespace and labels. */
export class SelectedPods {
  private readonly members: ReadonlyMap<string, () => Find>;

  constructor(workloads: readonly StackWorkload[]) {
    const namespaces = grouped(workloads, ({ object }) => object.namespace);
    this.members = new Map([...namespaces].map(([name, all]) => [name, read(all)]));
  }

  /**
   * The pods of a namespace that a label selector selects.
   * @throws {Undetermined | Malformed} if the selector or the labels of a pod of the namespace cannot be read.
   */
  by(selector: Field, namespace: string): readonly LabelledPods[] {
    const wanted = labelSelectorOf(selector);
    const find = this.members.get(namespace);
    if (!find) return [];
    return find()(wanted?.matchLabels ?? {}).filter(({ labels }) => selectsLabels(wanted, labels));
  }
}

/** Reads the labels of all pods once; whoever asks for them is told if they cannot be read. */
function read(workloads: readonly StackWorkload[]): () => Find {
  try {
    const find = labelIndex(labelledPods(workloads));
    return () => find;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function labelledPods(workloads: readonly StackWorkload[]): readonly LabelledPods[] {
  const pods = workloads.map(({ pod, scale }) => ({ labels: pod.metadata.at("labels").texts(), pods: scale.pods }));
  return [...grouped(pods, ({ labels }) => JSON.stringify(Object.entries(labels).sort())).values()].map((same) => ({
    labels: same[0]?.labels ?? {},
    pods: same.reduce((sum, each) => sum + each.pods, 0),
  }));
}
