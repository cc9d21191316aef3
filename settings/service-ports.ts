interface Services {
  readonly vpc: boolean;
  readonly paymentUrl: string;
  readonly shippingUrl: string;
}

/** In a VPC the functions' security group allows only HTTPS: a call to another port would time out. */
export const complaintsOfPorts = ({ vpc, ...settings }: Services): readonly string[] =>
  (["paymentUrl", "shippingUrl"] as const).flatMap((name) => {
    const url = settings[name];
    // The port of a URL is "" where it is its protocol's own.
    return vpc && URL.canParse(url) && new URL(url).port !== ""
      ? [`${name} is "${url}": with vpc it must be on port 443, the only one that functions in the VPC can reach.`]
      : [];
  });
