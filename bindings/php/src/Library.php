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
            throw new LibraryException('PHP has no FFI: enable its extension "ffi" (extension=ffi in php.ini)');
        }

        return self::$loaded ??= self::first();
    }

    /** Version of the library that is loaded, such as "0.1.0". */
    public static function version(): string
    {
        return self::load()->robofy_version();
    }

    /** The library's name of a status's number, such as "rate_limited"; "unknown" for one that it does not have. */
    public static function statusName(int $number): string
    {
        return self::load()->robofy_status_name(Arguments::integer('number', $number));
    }

    /**
     * @internal Calls a function whose last parameter takes its error, and throws that. The handles among the arguments
     * live until it returns.
     */
    public static function call(string $function, #[\SensitiveParameter] mixed ...$arguments): mixed
    {
        $library = self::load();
        $error = $library->new('RobofyError *');
        $pointer = static fn (mixed $value): mixed => $value instanceof Handle ? $value->pointer : $value;
        $result = $library->$function(...[...array_map($pointer, $arguments), \FFI::addr($error)]);
        if (\FFI::isNull($error)) {
            return $result;
        }
        $handle = new Handle($library, $error, 'robofy_error_free');
        throw RobofyException::read($library, $handle->pointer);
    }

    /** @internal A text of the library that is ours to free; null for null. */
    public static function text(?\FFI\CData $pointer): ?string
    {
        if ($pointer === null) {
            return null;
        }
        $text = new Handle(self::load(), $pointer, 'robofy_free_string');

        return \FFI::string($text->pointer);
    }

    /**
     * @internal A descriptor of the library as a stream for stream_select().
     * @return resource
     */
    public static function watched(int $descriptor)
    {
        return $descriptor < 0
            ? throw self::noDescriptorLeft()
            : (@fopen("php://fd/$descriptor", 'r') ?: throw self::noDescriptorLeft());
    }

    private static function noDescriptorLeft(): ConnectException
    {
        return new ConnectException('the process has no file descriptor left: raise its limit (ulimit -n)', isRetryable: true);
    }

    /** The first of the places where the library may be that can be loaded. */
    private static function first(): \FFI
    {
        [$files, $advice] = self::places();
        $reasons = [];
        foreach ($files as $file) {
            try {
                $found = \FFI::cdef('const char *robofy_version(void);', $file)->robofy_version();
                if (self::minor($found) !== self::minor(Loading::VERSION)) {
                    $said = ['{file}' => $file, '{found}' => $found, '{advice}' => $advice];
                    throw new LibraryException(strtr(Loading::CANNOT_USE, $said));
                }

                return \FFI::cdef(file_get_contents(__DIR__ . '/robofy.h'), $file);
            } catch (\FFI\Exception $exception) {
                $reason = $exception->getMessage();
                $reasons[] = str_contains($reason, $file) ? $reason : "$file: $reason";
            }
        }
        if (str_contains(end($reasons), 'ffi.enable')) {
            $reasons = [$exception->getMessage()];
            $advice = 'preload the package (opcache.preload), or set ffi.enable=1 (php -d ffi.enable=1 -S ...)';
        }
        $said = ['{reasons}' => implode('; ', $reasons), '{advice}' => $advice];
        throw new LibraryException(strtr(Loading::CANNOT_LOAD, $said));
    }

    /** @return array{list<string>, string} the files to try, and what to do where none of them can be used */
    private static function places(): array
    {
        $chosen = getenv('ROBOFY_LIBRARY');
        if ($chosen) {
            return [[$chosen], Loading::ADVICE_CHOSEN];
        }
        $beside = dirname(__DIR__) . '/' . (Loading::BESIDE[PHP_OS_FAMILY] ?? Loading::BESIDE['']);

        return is_file($beside)
            ? [[$beside], Loading::ADVICE_BESIDE]
            : [Loading::SYSTEM[PHP_OS_FAMILY] ?? Loading::SYSTEM[''], Loading::ADVICE];
    }

    private static function minor(string $version): array
    {
        return array_slice(explode('.', $version), 0, 2);
    }
}
