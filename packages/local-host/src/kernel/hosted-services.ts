import { type ActionService, AwsError, type AwsService } from "./endpoint/aws-service";
import type { ServiceCalls } from "./endpoint/service-calls";
import type { HostContext } from "./host-context";
import type { ResourceHost } from "./resource-host";
import type { Hosts, Service } from "./service";

/** The hosts of a list of services, made and wired to each other; nothing is started yet. */
export interface HostedServices extends Hosts {
  /** In the sequence of their start; to be stopped in reverse. */
  readonly inSequence: readonly ResourceHost[];
  /** What answers on the AWS endpoint. */
  readonly apis: readonly AwsService[];
}

/** The hosts that are made so far. */
class MadeHosts implements Hosts {
  private readonly made = new Map<Service, ResourceHost>();

  add(service: Service, host: ResourceHost): void {
    this.made.set(service, host);
  }

  all(): readonly ResourceHost[] {
    return [...this.made.values()];
  }

  of<Host extends ResourceHost>(service: Service<Host>): Host {
    const host = this.made.get(service);
    if (host === undefined)
      throw new Error(`The host of ${service.name} is not made yet: name it earlier in the list.`);
    // It was made by this very registration.
    return host as Host;
  }
}

const isActionService = (api: AwsService): api is ActionService => "call" in api;

/** Calls between services; each is looked up when it is made, for a host needs them before all are made. */
const callsOf = (hosts: MadeHosts): ServiceCalls => {
  const offered = <Name extends keyof ServiceCalls>(name: Name): ServiceCalls[Name] => {
    for (const { calls } of hosts.all()) {
      const call = calls?.[name];
      // What is not undefined of a partial type's property is the property of the whole.
      if (call !== undefined) return call as ServiceCalls[Name];
    }
    throw new Error(`No service offers ${name}.`);
  };
  return {
    invokeFunction: (...args) => offered("invokeFunction")(...args),
    invokeFunctionAsync: (...args) => offered("invokeFunctionAsync")(...args),
    sendMessage: (...args) => offered("sendMessage")(...args),
    publish: (...args) => offered("publish")(...args),
    putObject: (...args) => offered("putObject")(...args),
    putEvents: (...args) => offered("putEvents")(...args),
    startExecution: (...args) => offered("startExecution")(...args),
    callAction: async (service, call) => {
      const api = hosts.all().find((host) => host.service?.service === service)?.service;
      if (api === undefined || !isActionService(api)) {
        throw new AwsError("UnknownService", `The local host has no service ${service} to call actions of.`);
      }
      return api.call(call);
    },
    recordMetric: (...args) => offered("recordMetric")(...args),
    recordSegments: (...args) => offered("recordSegments")(...args),
    writeLog: (...args) => offered("writeLog")(...args),
  };
};

/** Makes the hosts of all services for one graph, in their sequence. */
export function hostedServices(services: readonly Service[], surroundings: Omit<HostContext, "calls">): HostedServices {
  const hosts = new MadeHosts();
  const context: HostContext = { ...surroundings, calls: callsOf(hosts) };
  for (const service of services) hosts.add(service, service.host(context, hosts));
  return {
    of: (service) => hosts.of(service),
    inSequence: hosts.all(),
    apis: hosts.all().flatMap(({ service }) => service ?? []),
  };
}
