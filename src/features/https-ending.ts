import type { Answers } from '../answers.ts';
import { cleanUpEach, deleteStack, type Ending } from '../ending.ts';
import { type Environment, environmentsOf } from '../environments.ts';

const zonesMadeHere = (answers: Answers): Environment[] =>
  environmentsOf(answers).filter(({ zoneId }) => zoneId === '');

/** What CloudFormation leaves in a zone, which then cannot be deleted: proofs for ACM, and what leads to the zones below. */
function ownRecords(answers: Answers, { name, domain }: Environment): string {
  const below = zonesMadeHere(answers).filter((one) => name === 'prod' && one.domain !== domain);
  const led = below.map((one) => ` || Type=='NS' && Name=='${one.domain}.'`).join('');
  return `Type=='CNAME' && contains(ResourceRecords[0].Value, 'acm-validations')${led}`;
}

/** Deletes a zone's own records and its stack; prod's zone outlives its stack. */
function deleteZone(answers: Answers, environment: Environment): string[] {
  const { name, domain, profileFlag } = environment;
  const aws = (command: string): string => `aws route53 ${command}${profileFlag}`;
  const zone = `list-hosted-zones --query "HostedZones[?Name=='${domain}.'].Id | [0]" --output text`;
  const deletions = `{Changes: ResourceRecordSets[?${ownRecords(answers, environment)}].{Action: 'DELETE', ResourceRecordSet: @}}`;
  return [
    `ZONE=$(${aws(zone)})`,
    `RECORDS=$(${aws(`list-resource-record-sets --hosted-zone-id "$ZONE" --query "${deletions}" --output json`)})`,
    aws(
      'change-resource-record-sets --hosted-zone-id "$ZONE" --change-batch "$RECORDS" --query ChangeInfo.Status --output text',
    ),
    ...deleteStack(answers.name, environment, 'dns'),
    ...(name === 'prod'
      ? [aws('delete-hosted-zone --id "$ZONE" --query ChangeInfo.Status --output text')]
      : []),
  ];
}

/** What stays of a domain, and how nobody else gets the name. */
export function httpsEnding(answers: Answers): Ending {
  const made = zonesMadeHere(answers).length > 0;
  const stays = made ? 'zones (each on the bill) and certificates' : 'certificates';
  const lead = made
    ? ' First delete the NS records that lead to these zones, at your registrar or in the zone above: a name that points to a zone of nobody can be taken over. Then:'
    : '';
  return {
    sentence: `${answers.domain} no longer leads to the app: clients of that address are cut off. Its ${stays} stay in AWS until you delete them, once every environment is deployed without them.${lead}`,
    cleanUp: cleanUpEach(answers, (environment) =>
      environment.zoneId === ''
        ? deleteZone(answers, environment)
        : deleteStack(answers.name, environment, 'dns'),
    ),
  };
}
