interface Services {
  readonly vpc: boolean;
  readonly paymentUrl: string;
  readonly shippingUrl: string;
}

/** The functions' security group in a VPC lets them out by HTTPS alone: a call to another port would only time out. */
export const complaintsOfPorts = ({ vpc, ...settings }: Services): readonly string[] =>
  (["paymentUrl", "shippingUrl"] as const).flatMap((name) => {
    const url = settings[name];
    // The port of a URL is "" where it is its protocol's own.
    return vpc && URL.canParse(url) && new URL(url).port !== ""
      ? [`${name} is "${url}": with vpc it must be on port 443, the only one that functions reach from there.`]
      : [];
  });
