export { Client } from './lib/client.js';
export { RobofyError } from './lib/errors.js';
export * from './lib/failures.js';
export { statusName, version } from './lib/native.js';
export { Reply } from './lib/reply.js';
export { Status } from './lib/status.js';
