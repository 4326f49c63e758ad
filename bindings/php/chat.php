<?php
require __DIR__ . '/autoload.php';  // with Composer: vendor/autoload.php

try {
    $client = new Robofy\Client(getenv('ROBOFY_API_KEY'), baseUrl: getenv('ROBOFY_BASE_URL') ?: null);
    echo $client->whatsappChat(getenv('ROBOFY_PID'), getenv('ROBOFY_CHATBOT_ID'), $argv[1]), PHP_EOL;
} catch (Robofy\RobofyException $error) {
    fwrite(STDERR, $error->getMessage() . PHP_EOL);
    exit(1);
}
