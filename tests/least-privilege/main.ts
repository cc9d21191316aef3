/** Shows each role's permissions against what the pipeline used of them. */
import { parseArgs } from "node:util";
import { runCommand } from "../../planning/command-line";
import { nameOf, type Permission, subjectOf } from "./permissions";
import { type Evidence, type Proof, provePermissions, removeEach } from "./prove-permissions";
import { RunningSystem } from "./running-system";

const help = `Shows every permission that the program grants and what used it, on a host of its own.
Exit code 1 when a permission was never used, or a role was denied something.

Usage: npm run least-privilege [-- --remove]

  --remove   take each permission away in turn as well, and see what fails without it
`;

const useOf = ({ usedBy, usedAtStart, notHere }: Evidence): string => {
  const [first, ...more] = usedBy;
  if (first !== undefined) return more.length === 0 ? first.name : `${first.name} (and ${more.length} more)`;
  if (usedAtStart) return "the start";
  return notHere === undefined ? "UNUSED" : `not used here: ${notHere}`;
};

const isUnused = (evidence: Evidence): boolean => useOf(evidence) === "UNUSED";

const groupOf = (permission: Permission): string =>
  permission.kind === "identity" ? `role ${subjectOf(permission)}` : `policy of ${subjectOf(permission)}`;

function print({ evidence, denied, failures }: Proof): void {
  const line = (text = ""): void => void process.stdout.write(`${text}\n`);
  const groups = Map.groupBy(evidence, ({ permission }) => groupOf(permission));
  for (const [group, members] of [...groups].sort(([one], [other]) => one.localeCompare(other))) {
    line(`\n${group}`);
    for (const member of members) {
      const name = nameOf(member.permission).replace(`${subjectOf(member.permission)}: `, "");
      line(`  ${name.padEnd(100)}  ${useOf(member)}`);
    }
  }
  line();
  for (const failure of failures) line(`FAILED ${failure}`);
  for (const { caller, action, resource } of denied) line(`DENIED ${caller}: ${action} on ${resource}`);
  const roles = new Set(
    evidence.filter(({ permission }) => permission.kind === "identity").map(({ permission }) => permission.holder),
  );
  const elsewhere = evidence.filter(({ notHere }) => notHere !== undefined).length;
  line(
    `${evidence.length} permissions, ${roles.size} roles: ${evidence.filter(isUnused).length} unused, ` +
      `${denied.length} missing, ${elsewhere} that cannot be used here.`,
  );
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { remove: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  const heard = (text: string): void => void process.stderr.write(`${text} ...\n`);
  heard("Starting a host of its own");
  const system = await RunningSystem.start();
  try {
    const proof = await provePermissions(system, heard);
    print(proof);
    const notMissed = values.remove === true ? await removeEach(system, proof, heard) : [];
    for (const permission of notMissed) process.stdout.write(`NOT MISSED ${permission}\n`);
    const { evidence, denied, failures } = proof;
    return evidence.some(isUnused) || denied.length + failures.length + notMissed.length > 0 ? 1 : 0;
  } finally {
    await system.end();
  }
}

runCommand(main());
