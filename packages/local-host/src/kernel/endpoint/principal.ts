/** Who makes a call to an AWS service. */
export type Principal =
  /** A function or a state machine, acting as its role. */
  | { readonly kind: "role"; readonly roleArn: string; readonly actor: string }
  /** A service acting on its own, on behalf of one resource: a rule sending to a queue, a topic delivering, an API invoking. */
  | { readonly kind: "service"; readonly service: string; readonly sourceArn: string }
  /** Whoever works on this machine: the account's administrator. */
  | { readonly kind: "developer" };
