import type { IncomingMessage } from 'node:http';

/** How AWS says no, in the protocol of the service that was asked. */
export interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** One call of an AWS API, as it goes over the wire. */
export interface ApiCall {
  /** As the request is signed for it: `ecs`, `cloudformation`, `elasticloadbalancing`. */
  service: string;
  /** As the API names it: `DescribeServices`; for a REST API other than S3's its method and path. */
  operation: string;
  refusal(kind: 'throttled' | 'denied'): Refusal;
}

/** Whether the request names its operation in a form: CloudFormation, IAM, STS, RDS, EC2, the load balancers. */
export function usesQuery({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

/** @param form the body, where the request `usesQuery` */
export function identify(request: IncomingMessage, form: string | undefined): ApiCall {
  // Credential=AKID/20261122/eu-central-1/ecs/aws4_request
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string')
    return { service: service ?? '', operation: target.split('.').at(-1) ?? '', refusal: asJson };
  if (form !== undefined) {
    const operation = new URLSearchParams(form).get('Action') ?? '';
    return { service: service ?? '', operation, refusal: service === 'ec2' ? asEc2Xml : asXml };
  }
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://aws');
  // A presigned address is S3's.
  if (service === 's3' || (service === undefined && searchParams.has('X-Amz-Signature')))
    return { service: 's3', operation: s3Operation(request, pathname, searchParams), refusal: asS3Xml };
  return { service: service ?? '', operation: `${request.method} ${pathname}`, refusal: asXml };
}

/** The operations of S3 that differ by more than their method: https://docs.aws.amazon.com/AmazonS3/latest/API */
function s3Operation({ method, headers }: IncomingMessage, path: string, query: URLSearchParams): string {
  const named = query.get('x-id');
  if (named) return named;
  const hasKey = path.split('/').filter(Boolean).length > 1;
  if (method === 'PUT' && hasKey) {
    if (query.has('partNumber')) return 'UploadPart';
    return headers['x-amz-copy-source'] ? 'CopyObject' : 'PutObject';
  }
  if (method === 'POST') {
    if (query.has('uploads')) return 'CreateMultipartUpload';
    return query.has('uploadId') ? 'CompleteMultipartUpload' : 'DeleteObjects';
  }
  if (method === 'DELETE' && hasKey) return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
  if (method === 'HEAD') return hasKey ? 'HeadObject' : 'HeadBucket';
  if (method === 'GET' && hasKey) return query.has('uploadId') ? 'ListParts' : 'GetObject';
  if (method === 'GET') {
    if (query.has('list-type')) return 'ListObjectsV2';
    return query.has('uploads') ? 'ListMultipartUploads' : `GET ${[...query.keys()].join()}`;
  }
  return `${method} ${[...query.keys()].join()}`;
}

const messages = { throttled: 'Rate exceeded', denied: 'User: somebody is not authorized to perform this' };
const xml = { 'content-type': 'text/xml' };

function asJson(kind: 'throttled' | 'denied'): Refusal {
  const name = kind === 'throttled' ? 'ThrottlingException' : 'AccessDeniedException';
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': name };
  return { status: 400, headers, body: JSON.stringify({ __type: name, message: messages[kind] }) };
}

function asXml(kind: 'throttled' | 'denied'): Refusal {
  const code = kind === 'throttled' ? 'Throttling' : 'AccessDenied';
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${messages[kind]}</Message></Error><RequestId>fault</RequestId></ErrorResponse>`;
  return { status: kind === 'throttled' ? 400 : 403, headers: xml, body };
}

function asEc2Xml(kind: 'throttled' | 'denied'): Refusal {
  const code = kind === 'throttled' ? 'RequestLimitExceeded' : 'UnauthorizedOperation';
  const body = `<Response><Errors><Error><Code>${code}</Code><Message>${messages[kind]}</Message></Error></Errors><RequestID>fault</RequestID></Response>`;
  return { status: kind === 'throttled' ? 503 : 403, headers: xml, body };
}

function asS3Xml(kind: 'throttled' | 'denied'): Refusal {
  const code = kind === 'throttled' ? 'SlowDown' : 'AccessDenied';
  const body = `<Error><Code>${code}</Code><Message>${messages[kind]}</Message><RequestId>fault</RequestId></Error>`;
  return { status: kind === 'throttled' ? 503 : 403, headers: { 'content-type': 'application/xml' }, body };
}
