<?php

declare(strict_types=1);

namespace Robofy;

/** What became of a call, as the library numbers it. The numbers are stable. */
enum Status: int
{
    case Ok = 0;
    case InvalidArgument = 1;
    case Connect = 2;
    case Tls = 3;
    case Timeout = 4;
    case Interrupted = 5;
    case Protocol = 6;
    case BadRequest = 7;
    case Unauthorized = 8;
    case Forbidden = 9;
    case NotFound = 10;
    case RateLimited = 11;
    case Server = 12;
    case Cancelled = 13;
    case Overloaded = 14;
    case Internal = 15;
}
