/** One run of the engine, in a process of its own: the program is evaluated once in each. */
export interface OperationRequest {
  readonly operation: "preview" | "up" | "destroy" | "destroy-after-preview";
  readonly stack: string;
  /** Settings that replace those of the stack's file; of the program, or of a provider such as `aws:allowedAccountIds`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Folder that holds the state, and whatever else Pulumi writes. */
  readonly folder: string;
  /** Where the engine looks for its plugins; the engine itself is bin/pulumi of the folder. */
  readonly path: string;
  readonly policyPack: boolean;
  /** File that the outcome is written to. */
  readonly outcome: string;
}

/** A resource that an operation touched. */
export interface Step {
  readonly op: string;
  readonly type: string;
  readonly urn: string;
}

export interface Outcome {
  readonly succeeded: boolean;
  /** What the engine said when it did not succeed. */
  readonly said: string;
  readonly seconds: number;
  /** Everything but resources that stay as they are. */
  readonly steps: readonly Step[];
  /** Steps that were carried out. */
  readonly done: readonly Step[];
  readonly violations: readonly string[];
  /** Resources in the state afterwards. */
  readonly resources: readonly { readonly urn: string; readonly type: string; readonly protect?: boolean }[];
}
