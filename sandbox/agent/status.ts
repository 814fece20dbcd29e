import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { Container } from "./container";
import { timestamp } from "./process";

/** What the status of a pod is made from. */
export interface PodState {
  readonly init: readonly Container[];
  readonly containers: readonly Container[];
  readonly initialized: boolean;
  readonly failed: { readonly reason: string; readonly message: string } | undefined;
  readonly network: { readonly address: string } | undefined;
}

/**
 * The status of a pod as a kubelet reports it
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/status/generate.go, and `getPhase` of pkg/kubelet/kubelet_pods.go).
 */
export function podStatus(state: PodState, { spec, status: before }: V1Pod): Readonly<Record<string, unknown>> {
  const ended = state.containers.filter((each) => each.process === undefined && each.waiting === undefined && each.wasStarted);
  const over = ended.length === state.containers.length;
  const begun = state.initialized && state.containers.every((each) => each.process?.isRunning === true || each.wasStarted);
  const done = over && ended.every((each) => each.last?.exitCode === 0);
  const phase = state.failed !== undefined ? "Failed" : over ? (done ? "Succeeded" : "Failed") : begun ? "Running" : "Pending";
  const ready = phase === "Running" && state.containers.every((each) => each.isReady);
  const gates = (spec?.readinessGates ?? []).every(
    ({ conditionType }) => before?.conditions?.some(({ type, status }) => type === conditionType && status === "True") === true,
  );
  const holds: Readonly<Record<string, boolean>> = {
    PodReadyToStartContainers: state.network !== undefined,
    Initialized: state.initialized || done,
    ContainersReady: ready,
    Ready: ready && gates,
  };
  const conditions = Object.entries(holds).map(([type, is]) => {
    const status = is ? "True" : "False";
    const old = before?.conditions?.find((each) => each.type === type);
    return {
      type,
      status,
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : timestamp(),
      ...(!is && { reason: done ? "PodCompleted" : "ContainersNotReady" }),
    };
  });
  const others = (before?.conditions ?? []).filter(({ type }) => holds[type] === undefined);
  return {
    phase,
    reason: state.failed?.reason || null,
    message: state.failed?.message || null,
    startTime: before?.startTime ?? timestamp(),
    ...(state.network !== undefined && { podIP: state.network.address, podIPs: [{ ip: state.network.address }] }),
    conditions: [...others, ...conditions],
    containerStatuses: state.containers.map((each) => each.status()),
    ...(state.init.length > 0 && { initContainerStatuses: state.init.map(initStatus) }),
  };
}

/** An init container that has ended well counts as ready. */
function initStatus(container: Container): V1ContainerStatus {
  const status = container.status();
  return { ...status, ready: container.isSidecar ? status.ready : status.state?.terminated?.exitCode === 0 };
}
