import { AppGenerator } from '../../src/yeoman.ts';

export default AppGenerator;
