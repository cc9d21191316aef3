import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "./grant";
import type { KmsKey } from "./kms-key";

export interface SecretParameterArgs {
  readonly value: pulumi.Input<string>;
  /** Encrypts the secret. Default: the key that AWS manages for Parameter Store. */
  readonly key?: KmsKey | undefined;
}

/** A secret that functions read at run time, every few minutes; their environment holds only its name. */
export class SecretParameter extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  private readonly arn: pulumi.Output<string>;

  constructor(name: string, { value, key }: SecretParameterArgs, options?: pulumi.ComponentResourceOptions) {
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
