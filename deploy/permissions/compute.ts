import { allow, arn, everything, named, type TypePermissions } from "./permission";

const functions = [arn("lambda", `function:${named}`)];
const mappings = [arn("lambda", "event-source-mapping:*")];
const roles = [arn("iam", `role/${named}`, "")];
const schedules = [arn("scheduler", `schedule/default/${named}`)];
const stateMachines = [arn("states", `stateMachine:${named}`)];

/** A mapping has no name: it is told by the function that it calls. */
const ofOurFunctions = { ArnLike: { "lambda:FunctionArn": functions } };

/**
 * No role can be made, or given a policy, that is not held to this: whoever deploys could otherwise make a role that may
 * do anything, and have a function run as it. "Delegating responsibility to others using permissions boundaries" of IAM's
 * user guide.
 */
const boundary = arn("iam", "policy/order-pipeline-${Stack}-boundary", "");
const withinBoundary = { StringEquals: { "iam:PermissionsBoundary": boundary } };

/** The services that the program's roles are for. */
const passedTo = ["lambda.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"];

/** Functions, what calls them, and the roles that they take on. */
export const compute: Readonly<Record<string, TypePermissions>> = {
  "aws:iam/role:Role": {
    read: [allow("iam", "GetRole ListRolePolicies ListAttachedRolePolicies", roles)],
    write: [
      allow("iam", "CreateRole PutRolePermissionsBoundary", roles, withinBoundary),
      allow("iam", "UpdateRole UpdateAssumeRolePolicy DeleteRole ListInstanceProfilesForRole TagRole UntagRole", roles),
      allow("iam", "PassRole", roles, { StringEquals: { "iam:PassedToService": passedTo } }),
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    read: [allow("iam", "GetRolePolicy", roles)],
    write: [allow("iam", "PutRolePolicy DeleteRolePolicy", roles, withinBoundary)],
  },
  "aws:lambda/function:Function": {
    read: [
      allow(
        "lambda",
        "GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig ListVersionsByFunction ListTags",
        functions,
      ),
    ],
    write: [
      allow(
        "lambda",
        "CreateFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction PutFunctionConcurrency DeleteFunctionConcurrency TagResource UntagResource",
        functions,
      ),
    ],
  },
  "aws:lambda/permission:Permission": {
    read: [allow("lambda", "GetPolicy", functions)],
    write: [allow("lambda", "AddPermission RemovePermission", functions)],
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    read: [allow("lambda", "GetFunctionEventInvokeConfig", functions)],
    write: [allow("lambda", "PutFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig", functions)],
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    read: [allow("lambda", "GetEventSourceMapping ListTags", mappings)],
    write: [
      allow("lambda", "CreateEventSourceMapping", everything, ofOurFunctions),
      allow("lambda", "UpdateEventSourceMapping DeleteEventSourceMapping", mappings, ofOurFunctions),
      allow("lambda", "TagResource UntagResource", mappings),
    ],
  },
  "aws:scheduler/schedule:Schedule": {
    read: [allow("scheduler", "GetSchedule", schedules)],
    write: [allow("scheduler", "CreateSchedule UpdateSchedule DeleteSchedule", schedules)],
  },
  "aws:sfn/stateMachine:StateMachine": {
    read: [
      allow("states", "DescribeStateMachine ListStateMachineVersions ListTagsForResource", stateMachines),
      allow("states", "ValidateStateMachineDefinition", everything),
    ],
    write: [
      allow(
        "states",
        "CreateStateMachine UpdateStateMachine DeleteStateMachine TagResource UntagResource",
        stateMachines,
      ),
    ],
  },
};
