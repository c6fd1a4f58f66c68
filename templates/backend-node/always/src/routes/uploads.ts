import { randomUUID } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Type } from 'typebox';
import type { Part } from '../app.ts';
import { optional } from '../env.ts';
import { Failure, HttpError } from '../errors.ts';

const EXTENSIONS = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
} as const;

const MAX_BYTES = 10 * 1024 * 1024;
const EXPIRES_IN_SECONDS = 300;

const UploadRequest = Type.Object({
  // The name on the user's disk, for the app to show; it has no part in the key.
  filename: Type.String({ maxLength: 255, pattern: '\\S' }),
  contentType: Type.Enum(Object.keys(EXTENSIONS) as (keyof typeof EXTENSIONS)[]),
  size: Type.Integer({ minimum: 1, maximum: MAX_BYTES }),
});

const Upload = Type.Object({
  url: Type.String(),
  method: Type.Literal('PUT'),
  headers: Type.Record(Type.String(), Type.String()),
  key: Type.String(),
  expiresIn: Type.Integer(),
});

/** Signs one PUT to S3: the file goes from the browser to the bucket and never through this process. */
export const uploads: Part = (app, env) => {
  const bucket = optional(env, 'ASSETS_BUCKET');
  const region = optional(env, 'AWS_REGION');
  const s3 = new S3Client({
    ...(region && { region }),
    // An emulator has no DNS name per bucket.
    forcePathStyle: optional(env, 'AWS_ENDPOINT_URL') !== undefined,
    // The SDK would sign the checksum of an empty body, and S3 would refuse every file.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  app.addHook('onClose', async () => s3.destroy());

  app.post(
    '/api/uploads',
    {
      schema: {
        tags: ['uploads'],
        body: UploadRequest,
        response: { 201: Upload, 422: Failure, 503: Failure },
      },
    },
    async (request, reply) => {
      if (bucket === undefined) {
        throw new HttpError(503, 'uploads are not configured: ASSETS_BUCKET is not set');
      }
      const { contentType, size } = request.body;
      const key = `uploads/${randomUUID()}.${EXTENSIONS[contentType]}`;
      const url = await getSignedUrl(
        s3,
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          ContentType: contentType,
          ContentLength: size,
        }),
        // Signed as headers, S3 holds the browser to the type and the size that were checked here.
        {
          expiresIn: EXPIRES_IN_SECONDS,
          signableHeaders: new Set(['host', 'content-type', 'content-length']),
        },
      );
      return reply.code(201).send({
        url,
        method: 'PUT',
        headers: { 'Content-Type': contentType, 'Content-Length': String(size) },
        key,
        expiresIn: EXPIRES_IN_SECONDS,
      });
    },
  );
};
