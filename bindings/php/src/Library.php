<?php

declare(strict_types=1);

namespace Robofy;

/** Finds the shared library and loads it. */
final class Library
{
    private static ?\FFI $loaded = null;

    /** The library with the functions of robofy.h. */
    public static function load(): \FFI
    {
        if (!extension_loaded('ffi')) {
            throw new LibraryException('PHP has no FFI: install and enable its extension "ffi" (extension=ffi in php.ini)');
        }

        return self::$loaded ??= self::first();
    }

    /** Version of the library that is loaded, such as "0.1.0". */
    public static function version(): string
    {
        return self::load()->robofy_version();
    }

    /** The first of the places where the library may be that can be used. */
    private static function first(): \FFI
    {
        $declarations = file_get_contents(__DIR__ . '/robofy.h');
        $failures = [];
        foreach (self::places() as $path) {
            try {
                return \FFI::cdef($declarations, $path);
            } catch (\FFI\Exception $exception) {
                $failures[] = $exception->getMessage();
            }
        }

        $why = implode('; ', $failures);
        $advice = match (true) {
            str_contains($why, 'ffi.enable') => 'In a web server preload the package (opcache.preload) or set ffi.enable=1',
            (bool) getenv('ROBOFY_LIBRARY') => 'ROBOFY_LIBRARY names this file: point it to librobofy, or unset it to use the installed one',
            default => 'Install robofy, or set ROBOFY_LIBRARY to the path of its shared library',
        };
        throw new LibraryException("the shared library of robofy cannot be used: $why. $advice");
    }

    /** @return list<string> */
    private static function places(): array
    {
        $chosen = getenv('ROBOFY_LIBRARY');
        if ($chosen) {
            return [$chosen];
        }
        $names = PHP_OS_FAMILY === 'Darwin'
            ? ['librobofy.0.dylib', 'librobofy.dylib']
            : ['librobofy.so.0', 'librobofy.so'];
        $beside = array_map(static fn (string $name): string => dirname(__DIR__) . "/$name", $names);

        return [...array_filter($beside, 'is_file'), ...$names];
    }
}
