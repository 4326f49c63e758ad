<?php

declare(strict_types=1);

require __DIR__ . '/../autoload.php';
require __DIR__ . '/ServiceTestCase.php';
require __DIR__ . '/InboxTestCase.php';
require __DIR__ . '/ContractCalls.php';

if (!interface_exists(Psr\Log\LoggerInterface::class)) {
    eval('namespace Psr\\Log; interface LoggerInterface {}');
}
require __DIR__ . '/RecordingLogger.php';
