import { fileScenarios } from "./file-scenarios";
import { serviceScenarios } from "./function-scenarios";
import { messageScenarios } from "./message-scenarios";
import { orderScenarios } from "./order-scenarios";
import type { PermissionScenario } from "./permission-scenario";
import { type DeniedCall, nameOf, type Permission, subjectOf } from "./permissions";
import { reconciliationScenarios } from "./reconciliation-scenarios";
import type { RunningSystem } from "./running-system";

export interface Evidence {
  readonly permission: Permission;
  /** The scenarios that used it. */
  readonly usedBy: readonly PermissionScenario[];
  readonly usedAtStart: boolean;
  /** Why it cannot be used on this machine. */
  readonly notHere: string | undefined;
}

export interface Proof {
  readonly evidence: readonly Evidence[];
  readonly denied: readonly DeniedCall[];
  /** Scenarios that did not come out right with every permission there. */
  readonly failures: readonly string[];
}

const fullPatience = 15_000;

/** Enough for what works, on a machine that has other things to do; what is missing is waited for as long. */
const shortPatience = 300;

const notHere = (permission: Permission): string | undefined => {
  const { kind, holder, action } = permission;
  if (action.startsWith("ec2:")) return "Lambda uses it to join a VPC";
  if (/^orders-(publish|reconcile)-schedule$/.test(subjectOf(permission)) && action === "sqs:SendMessage") {
    return "for when the schedule's function could not be invoked for 24 hours";
  }
  if (subjectOf(permission) === "orders-publish-order" && action === "sqs:SendMessage") {
    return "for when an event has failed in all three tries, over three minutes";
  }
  if (action === "s3:AbortMultipartUpload") return "for when S3 fails in the middle of a report";
  if (kind === "resource" && /^arn:aws:iam::|^\d{12}$/.test(holder) && !holder.includes("000000000000")) {
    return "another account uses it";
  }
  return undefined;
};

const same = (one: Permission, other: Permission): boolean => nameOf(one) === nameOf(other);

/** Plays everything that the pipeline does, and tells which permissions each thing used. */
export async function provePermissions(system: RunningSystem, heard: (text: string) => void): Promise<Proof> {
  const scenarios = [
    ...orderScenarios,
    ...messageScenarios,
    ...fileScenarios,
    ...reconciliationScenarios,
    ...(await serviceScenarios(system)),
  ];
  const atStart = await system.permissions.all();
  const denied: DeniedCall[] = [...(await system.permissions.denied())];
  const failures: string[] = [];
  const uses: { readonly scenario: PermissionScenario; readonly used: readonly Permission[] }[] = [];
  await system.permissions.forget();
  for (const scenario of scenarios) {
    heard(scenario.name);
    const failure = await play(scenario, system);
    if (failure !== undefined) failures.push(failure);
    uses.push({ scenario, used: (await system.permissions.all()).filter(({ used }) => used) });
    denied.push(...(await system.permissions.denied()));
    await system.permissions.forget();
  }
  return {
    // A queue's policy that was taken away and put back is the same, but last.
    evidence: atStart.map((permission) => ({
      permission,
      usedAtStart: permission.used,
      usedBy: uses.filter(({ used }) => used.some((it) => same(it, permission))).map(({ scenario }) => scenario),
      notHere: notHere(permission),
    })),
    // The policies that scenarios take away for a time deny what is to be denied.
    denied: denied.filter(({ caller }) => caller.startsWith("arn:aws:iam::")),
    failures,
  };
}

/** Plays a scenario with all the patience there is; tells how it failed. */
const play = (scenario: PermissionScenario, system: RunningSystem): Promise<string | undefined> =>
  scenario.run(system, fullPatience).then(
    () => undefined,
    (error: unknown) => `${scenario.name}: ${messageOf(error)}`,
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Takes one permission away; tells why it is not missed, or nothing when something fails for want of it. */
const missedWithout = async (system: RunningSystem, { permission, usedBy }: Evidence): Promise<string | undefined> => {
  const showing = usedBy.filter(({ about }) => about.includes(subjectOf(permission)));
  if (showing.length === 0) return `no scenario is about ${subjectOf(permission)} and uses it`;
  const refusals = async (): Promise<number> =>
    (await system.permissions.denied()).filter(
      ({ action, caller }) => action === permission.action && caller === permission.holder,
    ).length;
  const notMissed: string[] = [];
  // What is about one function only is played last, and shows the most.
  for (const scenario of isOfOneFunction({ permission }) ? showing.toReversed() : showing) {
    const before = await refusals();
    await system.permissions.remove(permission);
    const failure = await scenario.run(system, shortPatience).then(() => undefined, messageOf);
    const refused = (await refusals()) > before;
    await system.permissions.giveBack(permission);
    if (failure !== undefined && refused) {
      // With the permission back it comes out right, so that it was this that failed it.
      const remains = scenario.slow === true ? undefined : await play(scenario, system);
      return remains === undefined ? undefined : `fails with it as well: ${remains}`;
    }
    notMissed.push(`"${scenario.name}" ${failure === undefined ? "came out right" : `failed (${failure}) undenied`}`);
  }
  return notMissed.join("; ");
};

/** What Lambda does with them for one function is no other's business. */
const isOfOneFunction = ({ permission: { kind, action } }: Pick<Evidence, "permission">): boolean =>
  kind === "identity" && /^(logs:(Create|Put)Log(Stream|Events)|xray:)/.test(action);

/** Takes every single permission away in turn. Gives the ones that are not missed, and why. */
export async function removeEach(
  system: RunningSystem,
  { evidence }: Proof,
  heard: (text: string) => void,
): Promise<readonly string[]> {
  const notMissed: string[] = [];
  const removable = evidence.filter(({ notHere }) => notHere === undefined);
  const without = async (each: Iterable<Evidence>): Promise<void> => {
    for (const one of each) {
      const reason = await missedWithout(system, one);
      heard(`without ${nameOf(one.permission)}: ${reason ?? "missed"}`);
      if (reason !== undefined) notMissed.push(`${nameOf(one.permission)}: ${reason}`);
    }
  };
  const ofFunctions = removable.filter(isOfOneFunction);
  const others = removable.filter((one) => !ofFunctions.includes(one));
  const bySubject = [...Map.groupBy(ofFunctions, ({ permission }) => subjectOf(permission)).values()];
  // Takers of one list, side by side.
  const rest = bySubject.values();
  const worker = async (): Promise<void> => {
    for (const each of rest) await without(each);
  };
  await Promise.all([worker(), worker(), worker()]);
  // One by one: an order that stands still for want of one permission must not be taken for want of another.
  await without(others);
  return notMissed;
}
