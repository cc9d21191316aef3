import { isDeepStrictEqual, promisify } from "node:util";
import { credentials, Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { version } from "@pulumi/aws/package.json";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { RegisterResourceRequest, type RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { created, invoked } from "./aws-answers";

type Properties = Readonly<Record<string, unknown>>;

/** How the engine writes a string that is not known yet (sdk/go/common/resource/plugin/rpc.go). */
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * Inputs that AWS cannot change on what exists, so that the provider replaces it: the name of anything, and for what holds
 * data those that https://www.pulumi.com/registry/packages/aws/api-docs/ marks as forcing a replacement.
 */
const fixed: Readonly<Record<string, readonly string[]>> = {
  "aws:cognito/userPool:UserPool": ["usernameAttributes", "aliasAttributes"],
  "aws:dynamodb/table:Table": ["hashKey", "rangeKey", "localSecondaryIndexes"],
  "aws:s3/bucket:Bucket": ["bucket", "bucketPrefix", "objectLockEnabled"],
  "aws:sqs/queue:Queue": ["namePrefix", "fifoQueue"],
};

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

const plain = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};

// Inputs came in as JSON, and the answers are strings: all of it can be written as JSON again.
const struct = (properties: Properties): Struct => Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);

/** In a preview what AWS adds is not known. */
const previewed = (inputs: Properties, outputs: Properties): Properties => ({
  ...Object.fromEntries(Object.keys(outputs).map((key) => [key, unknownString])),
  ...inputs,
});

/** Answers a call of the engine with what `answer` makes, or with its error. */
const unary =
  <Request, Response>(answer: (request: Request) => Response | Promise<Response>) =>
  ({ request }: { request: Request }, reply: (error: Error | null, response?: Response) => void): void => {
    Promise.resolve(request)
      .then(answer)
      .then(
        (response) => reply(null, response),
        (error: Error) => reply(error),
      );
  };

const checked = unary((request: provider.CheckRequest) => new provider.CheckResponse().setInputs(request.getNews()));

function diff(request: provider.DiffRequest): provider.DiffResponse {
  const [olds, news] = [plain(request.getOldInputs()), plain(request.getNews())];
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((key) => !key.startsWith("__"));
  const changes = keys.filter((key) => !isDeepStrictEqual(olds[key], news[key]));
  const replaces = ["name", ...(fixed[typeOf(request.getUrn())] ?? [])].filter((key) => changes.includes(key));
  const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
  return new provider.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changes)
    .setReplacesList(replaces);
}

function create(request: provider.CreateRequest): provider.CreateResponse {
  const inputs = plain(request.getProperties());
  const { id, outputs } = created(request.getUrn(), inputs);
  return request.getPreview()
    ? new provider.CreateResponse().setProperties(struct(previewed(inputs, outputs)))
    : new provider.CreateResponse().setId(id).setProperties(struct(outputs));
}

function update(request: provider.UpdateRequest): provider.UpdateResponse {
  const inputs = plain(request.getNews());
  const { outputs } = created(request.getUrn(), inputs);
  const olds = plain(request.getOlds());
  // What AWS gave once stays as it is.
  const kept = Object.fromEntries(Object.keys(outputs).flatMap((key) => (key in olds ? [[key, olds[key]]] : [])));
  return new provider.UpdateResponse().setProperties(struct({ ...outputs, ...kept, ...inputs }));
}

/** A remote component: registers itself and no children, and answers with its outputs. */
async function construct(request: provider.ConstructRequest): Promise<provider.ConstructResponse> {
  const monitor = new ResourceMonitorClient(request.getMonitorendpoint(), credentials.createInsecure());
  const registration = new RegisterResourceRequest()
    .setType(request.getType())
    .setName(request.getName())
    .setParent(request.getParent())
    .setCustom(false)
    .setObject(new Struct());
  const register = promisify<RegisterResourceRequest, RegisterResourceResponse>(monitor.registerResource.bind(monitor));
  const urn = (await register(registration)).getUrn();
  monitor.close();
  const { outputs } = created(urn, {});
  return new provider.ConstructResponse()
    .setUrn(urn)
    .setState(struct(request.getDryrun() ? previewed({}, outputs) : outputs));
}

const implementation: UntypedServiceImplementation = {
  attach: unary(() => new Empty()),
  cancel: unary(() => new Empty()),
  getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
  checkConfig: checked,
  diffConfig: unary(() => new provider.DiffResponse()),
  configure: unary(() => new provider.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true)),
  check: checked,
  invoke: unary((request: provider.InvokeRequest) =>
    new provider.InvokeResponse().setReturn(struct(invoked(request.getTok()))),
  ),
  diff: unary(diff),
  create: unary(create),
  update: unary(update),
  delete: unary(() => new Empty()),
  construct: unary(construct),
};

/** Serves a provider that makes nothing and answers as the AWS provider would. It lives as long as the process. */
export async function serveProvider(): Promise<number> {
  const server = new Server();
  server.addService(ResourceProviderService, implementation);
  const listen = promisify(server.bindAsync.bind(server));
  const port = await listen("127.0.0.1:0", ServerCredentials.createInsecure());
  return Number(port);
}
