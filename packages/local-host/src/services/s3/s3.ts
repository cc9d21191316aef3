import type { Service } from "../../kernel/service";
import { sns } from "../sns/sns";
import { sqs } from "../sqs/sqs";
import { type BucketHost, bucketHost } from "./bucket-host";
import { s3Declaration } from "./resource-types";

export const s3: Service<BucketHost> = {
  ...s3Declaration,
  host: (context, hosts) => bucketHost(context, { queues: hosts.of(sqs).queues, topics: hosts.of(sns).topics }),
};
