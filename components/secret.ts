/** A secret that an operator has to give. Its value is never in this repository. */
export interface DeclaredSecret {
  /** Key below `af:secrets`. */
  readonly name: string;
  /** What it is, and where an operator gets it. */
  readonly purpose: string;
  readonly encoding: "text" | "base64";
  /** Service that reads it. */
  readonly readBy: string;
  /** True for a credential that somebody else lets end: its end belongs into `af:expiry`. */
  readonly ends: boolean;
}
