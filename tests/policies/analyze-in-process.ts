import * as server from "@pulumi/policy/server";
import type { AnalyzeRequest, AnalyzeResponse, AnalyzeStackRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { policyFrom } from "../../policies/policy-from";
import { rules } from "../../policies/rules";
import { analyzeRequests, analyzeStackRequest } from "./analyzer-requests";
import type { DeclaredResource } from "./declared-resource";
import { type ReportedViolation, violationsIn } from "./violation";

type Answer = (error: Error | null | undefined, response: AnalyzeResponse | undefined) => void;
type Analyze<Request> = (call: { readonly request: Request }, answer: Answer) => void;
type MakeAnalyze<Request> = (
  pack: string,
  version: string,
  level: string,
  policies: readonly unknown[],
) => Analyze<Request>;

// What the policy SDK serves to the engine; its type declarations leave these two functions out.
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = server as unknown as {
  readonly makeAnalyzeRpcFun: MakeAnalyze<AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: MakeAnalyze<AnalyzeStackRequest>;
};

/** Runs the pack, or one of its rules, on a stack, without a process or a socket of its own. */
export async function analyzeInProcess(
  resources: readonly DeclaredResource[],
  onlyRule?: string,
): Promise<readonly ReportedViolation[]> {
  const policies = rules.filter(({ name }) => onlyRule === undefined || name === onlyRule).map(policyFrom);
  const analyze = makeAnalyzeRpcFun("order-pipeline", "1.0.0", "mandatory", policies);
  const analyzeStack = makeAnalyzeStackRpcFun("order-pipeline", "1.0.0", "mandatory", policies);
  const each = await Promise.all(
    analyzeRequests(resources).map(async (request) => violationsIn(await ask(analyze, request), request.getUrn())),
  );
  return [...each.flat(), ...violationsIn(await ask(analyzeStack, analyzeStackRequest(resources)))];
}

const ask = <Request>(analysis: Analyze<Request>, request: Request): Promise<AnalyzeResponse> =>
  new Promise((settle, refuse) => {
    analysis({ request }, (error, response) => {
      if (response === undefined) refuse(error);
      else settle(response);
    });
  });
