import type { IncomingMessage, ServerResponse } from "node:http";
import { type AccessControl, allowEverything } from "../endpoint/access-control";
import type { HostEvents } from "../host-events";
import type { ResourceGraph } from "../program/resource-graph";
import type { ServiceDeclaration } from "../service";
import { IamAccessControl } from "./iam-access-control";
import { iamControl } from "./iam-control";
import { PermissionRecord } from "./permission-record";
import { ProgramKeys } from "./program-keys";

export interface LocalIam {
  readonly access: AccessControl;
  /** Serves `/_local/iam`; says whether the request was for it. */
  readonly serve: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** IAM for a host: the program's policies enforced and their use recorded in `<dataDir>/iam`, or everything allowed. */
export const localIam = (
  graph: ResourceGraph,
  declarations: readonly ServiceDeclaration[],
  dataDir: string,
  events: HostEvents,
  enforced: boolean,
): LocalIam => {
  const services = declarations.flatMap(({ access }) => access ?? []);
  if (!enforced) return { access: { ...allowEverything, keys: new ProgramKeys(graph, services) }, serve: () => false };
  const record = new PermissionRecord(dataDir, events);
  const access = new IamAccessControl(graph, services, { record: record.note });
  return { access, serve: iamControl(access, record) };
};
