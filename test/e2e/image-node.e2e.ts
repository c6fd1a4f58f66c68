import { backends, describeImage } from './support/image-suite.ts';

describeImage(backends.node);
