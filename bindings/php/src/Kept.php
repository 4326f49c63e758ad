<?php

declare(strict_types=1);

namespace Robofy;

use FFI\CData;

/**
 * @internal What the library has of an event or an outcome. It is beside the object, which is all that the program sees,
 * compares and serializes, and is let go of with it.
 */
final class Kept
{
    /** @var ?\WeakMap<object, self> */
    private static ?\WeakMap $kept = null;

    private function __construct(private readonly Handle $owner, public readonly CData $pointer)
    {
    }

    /** @template T of object @param T $made @return T */
    public static function beside(object $made, Handle $owner, CData $pointer): object
    {
        self::$kept ??= new \WeakMap();
        self::$kept[$made] = new self($owner, $pointer);

        return $made;
    }

    /** The caller holds it while the library reads of it. */
    public static function of(object $made, string $elseRefused): self
    {
        return self::$kept[$made] ?? throw new InvalidArgumentException($elseRefused);
    }
}
