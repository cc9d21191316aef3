import * as pulumi from "@pulumi/pulumi";

export interface DeletionGuardArgs {
  /** Whether `pulumi destroy` is refused. Default false. */
  readonly protect: boolean;
  /** What must not be deleted: a component stands for everything in it. */
  readonly guards: pulumi.Resource;
}

/**
 * Refuses `pulumi destroy` before anything is deleted. The engine deletes what nothing depends on first, and meets a
 * protected table only after the queues, functions and alarms around it; the guard depends on them all, so it is met
 * before them (docs/decisions/0033-destroy-of-a-protected-stack.md).
 */
export class DeletionGuard extends pulumi.ComponentResource {
  constructor(name: string, { protect, guards }: DeletionGuardArgs) {
    super("order-pipeline:index:DeletionGuard", name, {}, { protect, dependsOn: guards });
    this.registerOutputs({});
  }
}
