<?php
require 'vendor/autoload.php';

/** The HTTP status to answer a webhook with. */
function received(Robofy\Webhook $webhook, Robofy\Inbox $inbox, string $body, ?string $signature): int
{
    try {
        foreach ($webhook->read($body, $signature) as $event) {
            $inbox->offer($event);
        }

        return 200;
    } catch (Robofy\SignatureException) {
        return 401;
    } catch (Robofy\InvalidArgumentException) {
        return 400;
    } catch (Robofy\RobofyException) {
        return 503; // it is not kept, and the channel sends it again
    }
}

function send(Robofy\Inbox $inbox, Robofy\Outcome $outcome): void
{
    if ($outcome->kind === Robofy\OutcomeKind::Typing) {
        post($outcome, 0);

        return;
    }
    foreach (array_keys($outcome->parts) as $part) {
        [$status, $answer] = post($outcome, $part);
        if ($status < 200 || $status > 299) {
            $inbox->failed($outcome, $part, $answer['error']['code'] ?? $status);

            return; // what is left comes again
        }
        $inbox->sent($outcome, $part, $answer['messages'][0]['id'] ?? null);
    }
}

/** The HTTP status, -1 for a lost connection, and what Meta answers. */
function post(Robofy\Outcome $outcome, int $part): array
{
    $headers = ['Authorization: Bearer ' . getenv('META_TOKEN'), 'Content-Type: application/json', 'Connection: close'];
    $request = ['method' => 'POST', 'header' => $headers, 'content' => $outcome->request($part), 'ignore_errors' => true];
    $context = stream_context_create(['http' => $request + ['protocol_version' => 1.1, 'timeout' => 30]]);
    $answer = @file_get_contents(getenv('GRAPH_URL') . "/$outcome->channelId/messages", false, $context);

    return $answer === false ? [-1, null] : [(int) explode(' ', $http_response_header[0])[1], json_decode($answer, true)];
}

/** Reads one HTTP request, as a web server in front hands it on, and answers it. */
function serve($connection, Robofy\Webhook $webhook, Robofy\Inbox $inbox): void
{
    stream_set_timeout($connection, 5);
    [$method, $target] = explode(' ', (string) fgets($connection)) + ['', ''];
    $headers = [];
    while (($line = trim((string) fgets($connection))) !== '') {
        [$name, $value] = explode(':', $line, 2) + ['', ''];
        $headers[strtolower($name)] = trim($value);
    }
    $told = '';
    if ($method === 'GET') {
        $query = (string) parse_url($target, PHP_URL_QUERY);
        $told = (string) $webhook->challenge($query, getenv('META_VERIFY_TOKEN'));
        $status = $told === '' ? 403 : 200;
    } else {
        $body = (string) stream_get_contents($connection, (int) ($headers['content-length'] ?? 0));
        $status = received($webhook, $inbox, $body, $headers['x-hub-signature-256'] ?? null);
    }
    fwrite($connection, "HTTP/1.1 $status -\r\nContent-Length: " . strlen($told) . "\r\nConnection: close\r\n\r\n$told");
}

[, $path, $port] = $argv;
$client = new Robofy\Client(
    pid: getenv('ROBOFY_PID'),
    chatbotId: getenv('ROBOFY_CHATBOT_ID'),
    baseUrl: getenv('ROBOFY_BASE_URL') ?: null,
);
$webhook = new Robofy\Webhook(Robofy\Channel::Meta, getenv('META_APP_SECRET'));
$inbox = new Robofy\Inbox($client, path: $path, fallback: 'Sorry, I cannot answer right now.');
$server = stream_socket_server("tcp://127.0.0.1:$port") ?: exit(1);
$outcomes = $inbox->pollStream();
while (true) {
    [$ready, $none] = [[$server, $outcomes], null];
    stream_select($ready, $none, $none, null);
    if (in_array($server, $ready, true) && ($connection = @stream_socket_accept($server, 0))) {
        serve($connection, $webhook, $inbox);
        fclose($connection);
    }
    while (($outcome = $inbox->poll(0)) !== null) {
        send($inbox, $outcome);
    }
}
