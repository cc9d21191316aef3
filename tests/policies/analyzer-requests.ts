import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { DeclaredResource } from "./declared-resource";

/** One request for each resource's inputs, as the engine sends it before it changes the resource. */
export function analyzeRequests(resources: readonly DeclaredResource[]): readonly AnalyzeRequest[] {
  const provider = providerOf(resources);
  return resources.map((resource) =>
    new AnalyzeRequest()
      .setType(resource.type)
      .setName(resource.name)
      .setUrn(resource.urn)
      .setProperties(structOf(resource.inputs))
      .setOptions(optionsOf(resource))
      .setProvider(resource.type.startsWith("aws:") ? provider : undefined),
  );
}

/** The request for the whole stack, as the engine sends it at the end. */
export function analyzeStackRequest(resources: readonly DeclaredResource[]): AnalyzeStackRequest {
  return new AnalyzeStackRequest().setResourcesList(
    resources.map((resource) => {
      const analyzed = new AnalyzerResource()
        .setType(resource.type)
        .setName(resource.name)
        .setUrn(resource.urn)
        .setParent(resource.parent ?? "")
        .setProperties(structOf(resource.outputs))
        .setOptions(optionsOf(resource));
      for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
        const dependencies = new AnalyzerPropertyDependencies().setUrnsList([...urns]);
        analyzed.getPropertydependenciesMap().set(property, dependencies);
      }
      return analyzed;
    }),
  );
}

function providerOf(resources: readonly DeclaredResource[]): AnalyzerProviderResource | undefined {
  const provider = resources.find(({ type }) => type === "pulumi:providers:aws");
  return (
    provider &&
    new AnalyzerProviderResource()
      .setType(provider.type)
      .setName(provider.name)
      .setUrn(provider.urn)
      .setProperties(structOf(provider.inputs))
  );
}

const optionsOf = ({ protect, parent }: DeclaredResource): AnalyzerResourceOptions =>
  new AnalyzerResourceOptions().setProtect(protect === true).setParent(parent ?? "");

const structOf = (properties: Readonly<Record<string, unknown>>): Struct =>
  // JSON drops what is undefined, which a Struct cannot hold; what is left is made of the values that it can.
  Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
