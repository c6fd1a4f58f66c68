import type { Part } from './app.ts';
import { health } from './routes/health.ts';
import { ready } from './routes/ready.ts';
import { uploads } from './routes/uploads.ts';

/** What the application consists of, in the order in which it is put together. */
export const parts: Part[] = [health, ready, uploads];
