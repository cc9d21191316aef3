/** A program with a queue that nothing consumes. */
import { Key } from "@pulumi/aws/kms/key";
import { Alarms } from "../../../components/building-blocks/alarms";
import { WorkQueue } from "../../../components/building-blocks/work-queue";

const alarms = new Alarms("bells", { key: new Key("own"), accountId: "123456789012" });
new WorkQueue("forgotten", { alarms, deadLetterMeaning: "A photo was not resized." });
