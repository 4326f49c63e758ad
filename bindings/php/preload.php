<?php

declare(strict_types=1);

// For opcache.preload: where ffi.enable is "preload", its default, web requests may use FFI in preloaded files alone.
require __DIR__ . '/autoload.php';
