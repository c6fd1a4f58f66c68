const express = require('express');

const app = express();
app.get('/', (_, response) => response.send('desk'));
app.listen(process.env.PORT);
