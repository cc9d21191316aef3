import { UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import type { PermissionScenario } from "./permission-scenario";
import type { RunningSystem } from "./running-system";

/** Rejects when what a role is traced by was refused while something ran. */
const traced = async ({ permissions }: RunningSystem, role: string, run: () => Promise<unknown>): Promise<void> => {
  const refused = async () =>
    (await permissions.denied()).filter(
      ({ caller, action }) => action.startsWith("xray:") && caller.includes(`/${role}-`),
    );
  const before = (await refused()).length;
  await run();
  const [first] = (await refused()).slice(before);
  if (first !== undefined) throw new Error(first.message);
};

/** What Lambda does for a function: its log, and its trace. */
const functionScenarios = (name: string): readonly PermissionScenario[] => [
  {
    name: `${name} says in its log why it failed`,
    about: [name],
    run: async (system, patience) => {
      const since = Date.now();
      const { failed, text } = await system.invoke(await system.functionNamed(name), { nothing: "of use" });
      const isSaid = async () => (await system.logLines(await system.logGroupOf(name), since)).length > 0;
      // A line takes its way through a pipe; nothing else is waited for.
      await system.within(Math.min(patience, 400), `no line in the log for ${failed ? "the failure" : text}`, isSaid);
    },
  },
  {
    name: `${name} is traced`,
    about: [name],
    run: async (system) => {
      const functionName = await system.functionNamed(name);
      await traced(system, name, () => system.invoke(functionName, { nothing: "of use" }));
    },
  },
];

const workflow = "orders-fulfilment-workflow";

const workflowScenarios: readonly PermissionScenario[] = [
  {
    name: "the workflow's log is set up",
    about: [workflow],
    run: async (system) => {
      const stateMachineArn = await system.stateMachineNamed(workflow);
      const loggingConfiguration = { level: "ERROR", includeExecutionData: false } as const;
      await system.workflows.send(new UpdateStateMachineCommand({ stateMachineArn, loggingConfiguration }));
    },
  },
  {
    name: "an execution is traced",
    about: [workflow],
    run: async (system) => {
      await traced(system, workflow, () => system.runWorkflow(workflow));
    },
  },
];

/** For every function that there is. */
export const serviceScenarios = async (system: RunningSystem): Promise<readonly PermissionScenario[]> => [
  ...(await system.functions()).flatMap(functionScenarios),
  ...workflowScenarios,
];
