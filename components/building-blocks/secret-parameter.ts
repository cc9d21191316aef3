import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "./grant";
import type { Platform } from "./platform";

export interface SecretParameterArgs {
  readonly value: pulumi.Output<string>;
  readonly platform: Platform;
}

/** A secret that functions read when they start; their environment holds no more than its name. */
export class SecretParameter extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  private readonly arn: pulumi.Output<string>;

  constructor(
    name: string,
    { value, platform: { key } }: SecretParameterArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("order-pipeline:index:SecretParameter", name, {}, options);
    const parameter = new ssm.Parameter(
      name,
      { type: "SecureString", value: pulumi.secret(value), ...(key === undefined ? {} : { keyId: key.arn }) },
      { parent: this },
    );
    this.name = parameter.name;
    this.arn = parameter.arn;
    this.registerOutputs({ name: this.name });
  }

  grantRead(): Grant {
    return { actions: ["ssm:GetParameter"], resources: [this.arn] };
  }
}
