<?php

declare(strict_types=1);

// For programs without Composer. Every file at once, so that OPcache's preloading has them all too.
foreach ([
    'Status', 'Exceptions', 'Failures', 'Loading', 'Library', 'Handle', 'Arguments', 'Message', 'Reply', 'Completion',
    'Options', 'Client', 'FakeClient', 'Pool',
] as $file) {
    require_once __DIR__ . "/src/$file.php";
}
