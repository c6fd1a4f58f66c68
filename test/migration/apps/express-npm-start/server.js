const express = require('express');

const app = express();
app.set('trust proxy', true);
app.get('/', (_request, response) => response.json({ app: 'express', greeting: process.env.GREETING ?? null }));
app.get('/installed', (_request, response) => {
  try {
    require.resolve('nodemon');
    response.json({ nodemon: true });
  } catch {
    response.json({ nodemon: false });
  }
});

const port = process.env.PORT || 3000;
const server = app.listen(port, () => console.log(`listening on ${port}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
