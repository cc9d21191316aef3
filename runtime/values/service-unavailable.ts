/** Another service did not answer, or asked to be called later. A workflow retries tasks that fail with this name. */
export class ServiceUnavailable extends Error {
  override readonly name = "ServiceUnavailable";
}
