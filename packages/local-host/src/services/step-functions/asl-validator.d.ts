/** The package comes without types; this is the part of it that is used. */
declare module "asl-validator" {
  interface Validation {
    readonly isValid: boolean;
    errorsText(separator?: string): string;
  }
  function validate(
    definition: unknown,
    options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean },
  ): Validation;
  export = validate;
}
