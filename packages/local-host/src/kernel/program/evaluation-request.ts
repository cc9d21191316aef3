import type { Placement } from "./provision";

/** What evaluate-program.ts is asked to do. */
export interface EvaluationRequest {
  /** Folder that holds Pulumi.yaml: the program's working folder, as Pulumi has it. */
  readonly projectDir: string;
  /** The program's main file. */
  readonly program: string;
  /** Say which packages were there. */
  readonly lockFiles: readonly string[];
  readonly project: string;
  readonly stack: string;
  /** Full configuration, keys with their namespace: `aws:region`, `photos:alertEmail`. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  readonly placement: Placement;
  /** Where the code archives of functions are unpacked to. */
  readonly codeDir: string;
  /** Where the result is written, an Evaluation. */
  readonly evaluationFile: string;
}
