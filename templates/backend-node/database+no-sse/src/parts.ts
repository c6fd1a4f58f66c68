import type { Part } from './app.ts';
import { database } from './database/database.ts';
import { health } from './routes/health.ts';
import { notes } from './routes/notes.ts';
import { ready } from './routes/ready.ts';
import { uploads } from './routes/uploads.ts';

/** What the application consists of, in the order in which it is put together. */
export const parts: Part[] = [database, health, ready, notes, uploads];
