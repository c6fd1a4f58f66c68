import type { PlatformName, PlatformReading } from './plan.ts';

type Twins = Readonly<Record<string, string>>;

const render: Twins = {
  oregon: 'us-west-2',
  ohio: 'us-east-2',
  virginia: 'us-east-1',
  frankfurt: 'eu-central-1',
  singapore: 'ap-southeast-1',
};

/** Without the word for a building that its names can end with. */
const railway: Twins = {
  'us-west1': 'us-west-2',
  'us-west2': 'us-west-2',
  'us-east4': 'us-east-1',
  'europe-west4': 'eu-central-1',
  'asia-southeast1': 'ap-southeast-1',
};

const fly: Twins = {
  fra: 'eu-central-1',
  ams: 'eu-central-1',
  cdg: 'eu-west-3',
  lhr: 'eu-west-2',
  arn: 'eu-north-1',
  waw: 'eu-central-1',
  otp: 'eu-central-1',
  mad: 'eu-south-2',
  iad: 'us-east-1',
  ewr: 'us-east-1',
  bos: 'us-east-1',
  mia: 'us-east-1',
  atl: 'us-east-1',
  ord: 'us-east-2',
  dfw: 'us-east-2',
  den: 'us-west-2',
  sea: 'us-west-2',
  sjc: 'us-west-1',
  lax: 'us-west-1',
  phx: 'us-west-2',
  yyz: 'ca-central-1',
  yul: 'ca-central-1',
  gru: 'sa-east-1',
  gig: 'sa-east-1',
  scl: 'sa-east-1',
  nrt: 'ap-northeast-1',
  hkg: 'ap-east-1',
  sin: 'ap-southeast-1',
  syd: 'ap-southeast-2',
  bom: 'ap-south-1',
  jnb: 'af-south-1',
};

const twins: Partial<Readonly<Record<PlatformName, Twins>>> = { render, railway, fly };

/** A platform's region with the nearest of AWS, where that is known: it is the default of the question. */
export function twinOf(
  platform: PlatformName,
  name: string,
  evidence: NonNullable<PlatformReading['regionThere']>['evidence'],
): Pick<PlatformReading, 'region' | 'regionThere'> {
  const known = twins[platform] ?? {};
  // europe-west4-drams3a: what follows names a building.
  const key =
    platform === 'railway' ? name.toLowerCase().split('-').slice(0, 2).join('-') : name.toLowerCase();
  return {
    ...(Object.hasOwn(known, key) && { region: known[key] ?? '' }),
    regionThere: { name, evidence },
  };
}
