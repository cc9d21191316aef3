import * as pulumi from "@pulumi/pulumi";
import { deserializeProperties } from "@pulumi/pulumi/runtime/rpc";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";

/** A resource as the program registers it with Pulumi's engine. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The URN; "" for the stack itself. */
  readonly parent: string;
  readonly custom: boolean;
  /** Secrets, assets and archives are still marked as such. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** What the engine and its providers answer. */
export interface EngineAnswers {
  /** Told of each resource before it is provisioned. Throws to refuse it. */
  register(registration: Registration): void;
  provision(registration: Registration, inputs: Readonly<Record<string, unknown>>): EngineState;
  call(token: string): Readonly<Record<string, unknown>>;
}

export interface EngineState {
  /** Undefined for a component. */
  readonly id: string | undefined;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The parts of Pulumi's generated RegisterResourceRequest that are read here; the package ships no types for it. */
interface RegisterResourceRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): Parameters<typeof deserializeProperties>[0];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { forEach(visit: (value: { getUrnsList(): string[] }, key: string) => void): void };
}

/** The mock monitor, as far as it is replaced or wrapped here: an internal object, without a type. */
interface MockMonitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterResourceRequest, callback: (error: Error | null, response: unknown) => void): void;
}

/** The mocks make up URNs of their own; these are the engine's. */
const engineUrn = (stack: string, project: string) => (parent: string, type: string, name: string) => {
  // The stack itself never shows in the type chain of its children.
  const parentType = parent === "" ? "" : (parent.split("::")[2] ?? "");
  const chain = parentType === "" || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
};

const changed = (what: string): Error =>
  new Error(
    `Pulumi's mock monitor no longer ${what}: this version of @pulumi/pulumi needs another pulumi-local-host/src/kernel/program/pulumi-monitor.ts.`,
  );

/** @throws when Pulumi's mock monitor is not what it was */
function mockMonitor(): MockMonitor {
  const monitor: unknown = getMonitor();
  if (typeof monitor !== "object" || monitor === null) throw changed("is what the runtime's getMonitor() gives");
  for (const method of ["newUrn", "registerResource"]) {
    // Methods are on its class.
    if (typeof Reflect.get(monitor, method) !== "function") throw changed(`has the method ${method}`);
  }
  // Both methods are there; their parameters are what the contract test looks at.
  return monitor as MockMonitor;
}

/**
 * Stands in for Pulumi's engine in this process, on the mocks of Pulumi's runtime: all that is needed of what the mocks do
 * not offer is here, and in the test pulumi-monitor.test.ts.
 */
export async function answerAsEngine(
  { project, stack }: { readonly project: string; readonly stack: string },
  answers: EngineAnswers,
): Promise<void> {
  // The mock monitor asks for a resource's state before registerResource returns, so one variable tells it which.
  let registering: Registration | undefined;
  await pulumi.runtime.setMocks(
    {
      newResource: ({ inputs }) => {
        if (registering === undefined) throw changed("asks for a resource's state while it is registered");
        const { id, outputs } = answers.provision(registering, inputs);
        return { id, state: outputs };
      },
      call: ({ token }) => answers.call(token),
    },
    project,
    stack,
    false,
  );
  const monitor = mockMonitor();
  monitor.newUrn = engineUrn(stack, project);
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const registration = registrationOf(request, monitor.newUrn);
    try {
      answers.register(registration);
    } catch (error) {
      return callback(error instanceof Error ? error : new Error(String(error)), undefined);
    }
    registering = registration;
    register(request, callback);
    registering = undefined;
  };
}

function registrationOf(request: RegisterResourceRequest, urnOf: MockMonitor["newUrn"]): Registration {
  const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
  const propertyDependencies: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((value, key) => {
    propertyDependencies[key] = value.getUrnsList();
  });
  return {
    urn: urnOf(parent, type, name),
    type,
    name,
    parent,
    custom: request.getCustom(),
    inputs: deserializeProperties(request.getObject()),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
  };
}
