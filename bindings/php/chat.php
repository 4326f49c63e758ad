<?php
require 'vendor/autoload.php';

try {
    $client = new Robofy\Client(
        pid: getenv('ROBOFY_PID'),
        chatbotId: getenv('ROBOFY_CHATBOT_ID'),
        baseUrl: getenv('ROBOFY_BASE_URL') ?: null,
    );
    echo $client->whatsappChat($argv[1]), PHP_EOL;
} catch (Robofy\RobofyException $error) {
    fwrite(STDERR, $error->getMessage() . PHP_EOL);
    exit(1);
}
