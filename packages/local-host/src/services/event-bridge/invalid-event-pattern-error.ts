import { AwsError } from "../../kernel/endpoint/aws-service";

/** A pattern's form is wrong; PutRule and TestEventPattern answer with it. */
export class InvalidEventPatternError extends AwsError {
  constructor(reason: string) {
    super("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);
  }
}
