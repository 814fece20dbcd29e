/** A secret that an operator has to give. This repository holds its value at most encrypted. */
export interface DeclaredSecret {
  /** Its key below `af:secrets`. */
  readonly name: string;
  /** What it is, and where an operator gets it. */
  readonly purpose: string;
  readonly encoding: "text" | "base64";
  /** Name of the service that reads it. */
  readonly readBy: string;
  /** True if its issuer lets it expire. The site file then lists its last day in `af:expiry`. */
  readonly ends: boolean;
}
