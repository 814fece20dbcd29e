/** A difference between a chart's description and the rendered chart that is known and accepted. */
export interface ExplainedDifference {
  readonly chart: string;
  /** Kind and name of the workload, with the name of the release in place of `{release}`. */
  readonly workload: string;
  /** The field of the workload, as the check names it. */
  readonly field: string;
  /** Why nothing depends on it. */
  readonly because: string;
}

/**
 * The accepted differences; there are none at present. A workload that only one of the two has cannot be explained, nor can a failed rendering or a value that
 * no template reads.
 */
export const EXPLAINED: readonly ExplainedDifference[] = [];
