<?php

declare(strict_types=1);

// For programs without Composer. Every file at once, so that OPcache's preloading has them all too.
foreach ([
    'Status', 'Exceptions', 'Failures', 'Loading', 'Library', 'Handle', 'Arguments', 'Log', 'Message', 'Reply', 'Response',
    'Completion', 'Upload', 'Session', 'AgentSettings', 'StreamEventKind', 'StreamEvent', 'Stream', 'Options', 'Calls', 'Client',
    'FakeStream', 'FakeClient', 'Pool', 'Dialect', 'Text', 'Channel', 'EventKind', 'Kept', 'Event', 'Incoming', 'Webhook',
    'Accept', 'OutcomeKind', 'MediaPolicy', 'Outcome', 'InboxOptions', 'Inbox',
] as $file) {
    require_once __DIR__ . "/src/$file.php";
}
