import { generatorFor } from '../../src/yeoman.ts';

export default generatorFor('migrate');
