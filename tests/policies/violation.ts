import type { AnalyzeDiagnostic, AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";

/** A diagnostic of the pack, as far as the tests look at it. */
export interface ReportedViolation {
  readonly rule: string;
  /** Logical name of the resource. */
  readonly on: string;
  readonly message: string;
}

/** Pulumi puts a rule's description on a line of its own before the message. */
const withoutDescription = (diagnostic: AnalyzeDiagnostic): string =>
  diagnostic.getMessage().replace(`${diagnostic.getDescription()}\n`, "");

/** A diagnostic about a single resource names none: it is the one that was asked about. */
export const violationsIn = (response: AnalyzeResponse, urn?: string): readonly ReportedViolation[] =>
  response.getDiagnosticsList().map((diagnostic) => ({
    rule: diagnostic.getPolicyname(),
    on: (urn ?? diagnostic.getUrn()).split("::").at(-1) ?? "",
    message: withoutDescription(diagnostic),
  }));
