import type { ProviderFunctions, ServiceDeclaration } from "../service";
import { attachment, type DeclaredResource, type Placement, type Provisioned } from "./provision";
import type { ResourceType } from "./resource-type";

/** What the AWS provider answers to an evaluated program, as the services know it. */
export interface ProviderAnswers {
  /**
   * The id and outputs of a resource. One of a type that no service knows has an id and its inputs; a property of another
   * resource that is made from anything else of it has no value.
   */
  provision(resource: DeclaredResource, at: Placement): Provisioned;
  /** The answer of a function. @throws for one that no service answers */
  call(token: string, at: Placement): Readonly<Record<string, unknown>>;
}

export const providerAnswers = (services: readonly ServiceDeclaration[]): ProviderAnswers => {
  const types = new Map<string, ResourceType>(services.flatMap(({ types }) => types.map((each) => [each.token, each])));
  const functions: ProviderFunctions = Object.assign({}, ...services.map((service) => service.functions));
  return {
    provision: (resource, at) => {
      const { id, outputs } = (types.get(resource.type)?.provision ?? attachment)(resource, at);
      return { id, outputs: { ...resource.inputs, ...outputs } };
    },
    call: (token, at) => {
      const answer = functions[token];
      if (answer !== undefined) return answer(at);
      throw new Error(
        `The program calls ${token}, which has no answer here. Answered are ${Object.keys(functions).sort().join(", ")}.`,
      );
    },
  };
};
