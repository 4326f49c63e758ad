export { Client } from './lib/client.js';
export {
    BadRequestError,
    ChatCancelledError,
    ChatInterruptedError,
    ChatTimeoutError,
    ConnectError,
    ForbiddenError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OverloadedError,
    ProtocolError,
    RateLimitedError,
    RobofyError,
    ServerError,
    Status,
    TLSError,
    UnauthorizedError,
} from './lib/errors.js';
export { Reply } from './lib/reply.js';
export { version } from './lib/native.js';
