<?php

declare(strict_types=1);

namespace Robofy;

use FFI\CData;

/**
 * @internal A pointer of the library, freed exactly once: together with this object. Whoever is inside a call with the
 * pointer holds this object, so that a signal handler that closes a client frees nothing under that call.
 */
final class Handle
{
    /** @param string $free the library's function that frees it */
    public function __construct(
        private readonly \FFI $library,
        public readonly CData $pointer,
        private readonly string $free,
    ) {
    }

    public function __destruct()
    {
        $this->library->{$this->free}($this->pointer);
    }

    private function __clone()
    {
    }
}
