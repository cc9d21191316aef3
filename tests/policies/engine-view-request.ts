export interface EngineViewRequest {
  /** The program's entry. */
  readonly program: string;
  readonly project: string;
  readonly stack: string;
  /** By full key: `aws:region`. */
  readonly config: Readonly<Record<string, string>>;
  readonly phase: "preview" | "update";
  /** File for the resources, as JSON. */
  readonly output: string;
}
