/** An AWS region that the generated stacks can be deployed to. */
export interface Region {
  title: string;
  /** Two zones that every account sees: some letters are closed to newer accounts. */
  zones: readonly [string, string];
  /** Whether the data stays in the European Union (Zurich and London do not count). */
  eu: boolean;
}

const region = (title: string, zones: string, eu = false): Region => ({
  title,
  zones: [zones.charAt(0), zones.charAt(1)],
  eu,
});

/**
 * The regions of the `aws` partition, from the endpoint list of botocore 1.44.5. Zone letters are those that
 * are open to every account.
 */
export const regions: Readonly<Record<string, Region>> = {
  'eu-central-1': region('Frankfurt', 'ab', true),
  'eu-west-1': region('Ireland', 'ab', true),
  'eu-west-3': region('Paris', 'ab', true),
  'eu-north-1': region('Stockholm', 'ab', true),
  'eu-south-1': region('Milan', 'ab', true),
  'eu-south-2': region('Spain', 'ab', true),
  'eu-central-2': region('Zurich', 'ab'),
  'eu-west-2': region('London', 'ab'),
  'us-east-1': region('N. Virginia', 'ab'),
  'us-east-2': region('Ohio', 'ab'),
  'us-west-1': region('N. California', 'ac'),
  'us-west-2': region('Oregon', 'ab'),
  'ca-central-1': region('Canada, Central', 'ab'),
  'ca-west-1': region('Calgary', 'ab'),
  'mx-central-1': region('Mexico', 'ab'),
  'sa-east-1': region('São Paulo', 'ac'),
  'af-south-1': region('Cape Town', 'ab'),
  'il-central-1': region('Tel Aviv', 'ab'),
  'me-central-1': region('UAE', 'ab'),
  'me-south-1': region('Bahrain', 'ab'),
  'ap-east-1': region('Hong Kong', 'ab'),
  'ap-east-2': region('Taipei', 'ab'),
  'ap-northeast-1': region('Tokyo', 'ac'),
  'ap-northeast-2': region('Seoul', 'ac'),
  'ap-northeast-3': region('Osaka', 'ab'),
  'ap-south-1': region('Mumbai', 'ab'),
  'ap-south-2': region('Hyderabad', 'ab'),
  'ap-southeast-1': region('Singapore', 'ab'),
  'ap-southeast-2': region('Sydney', 'ab'),
  'ap-southeast-3': region('Jakarta', 'ab'),
  'ap-southeast-4': region('Melbourne', 'ab'),
  'ap-southeast-5': region('Malaysia', 'ab'),
  'ap-southeast-6': region('New Zealand', 'ab'),
  'ap-southeast-7': region('Thailand', 'ab'),
};
