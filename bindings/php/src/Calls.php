<?php

declare(strict_types=1);

namespace Robofy;

/** @internal What a client calls beside the endpoint for WhatsApp messages. */
trait Calls
{
    /**
     * Sends a message of any platform and waits for the agent's answer.
     *
     * @throws RobofyException
     */
    public function chatSend(Message $message): Reply
    {
        return $this->converse('robofy_chat_send', $message);
    }

    /** The same without waiting, as whatsappSubmit() does. */
    public function chatSubmit(Message $message): int
    {
        return $this->submit('robofy_chat_submit', $this->native($message));
    }

    /**
     * Calls any endpoint of the service and waits for the whole response. GET and HEAD are repeated as messages are; what
     * changes something only where the service cannot have seen it.
     *
     * @param string $method GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
     * @param string $path the path below the base URL, such as "/v1/projects"; it cannot lead to another host. What a URL
     *   cannot hold in an ID is encoded by the caller, with rawurlencode()
     * @param array<string, string|int|bool> $query the pairs of the URL's query, which are encoded here
     * @param mixed $body a JSON value, in which an array with names is an object; null for no body
     * @param ?float $timeout seconds for this call; null is the client's
     * @param ?int $maxResponseBytes the largest body that is read; null is the client's
     * @return Response of a status from 200 to 299
     * @throws RobofyException every other response is one
     */
    public function request(
        string $method,
        string $path,
        array $query = [],
        mixed $body = null,
        ?float $timeout = null,
        ?int $maxResponseBytes = null,
    ): Response {
        return $this->responseTo(
            'robofy_client_request',
            ...$this->asked($method, $path, $query, $body, $timeout, $maxResponseBytes),
        );
    }

    /** The same without waiting: poll() brings the response, under the tag returned here. */
    public function requestSubmit(
        string $method,
        string $path,
        array $query = [],
        mixed $body = null,
        ?float $timeout = null,
        ?int $maxResponseBytes = null,
    ): int {
        return $this->submit(
            'robofy_request_submit',
            ...$this->asked($method, $path, $query, $body, $timeout, $maxResponseBytes),
        );
    }

    /**
     * Sends a form with files as a POST and waits for the whole response.
     *
     * @throws RobofyException also where a file cannot be read
     */
    public function upload(string $path, Upload $upload, ?float $timeout = null): Response
    {
        return $this->responseTo('robofy_client_upload', ...$this->form($path, $upload, $timeout));
    }

    /** The same without waiting: meanwhile $upload->sent() grows, and poll() brings the response. */
    public function uploadSubmit(string $path, Upload $upload, ?float $timeout = null): int
    {
        return $this->submit('robofy_upload_submit', ...$this->form($path, $upload, $timeout));
    }

    /**
     * The leads that an agent has collected, each as the service has written it. A page is asked for when it is needed.
     *
     * @param ?string $sessionId only the leads of this conversation
     * @param ?float $timeout seconds for each page
     * @return \Generator<int, mixed>
     * @throws RobofyException
     */
    public function leads(
        ?string $sessionId = null,
        ?float $timeout = null,
        ?string $pid = null,
        ?string $chatbotId = null,
    ): \Generator {
        $this->handle();
        $pointer = $this->library->robofy_leads_new(...$this->agent($pid, $chatbotId));
        $leads = new Handle($this->library, $pointer, 'robofy_leads_free');
        if ($sessionId !== null) {
            $this->library->robofy_leads_set_session_id($leads->pointer, Arguments::text('sessionId', $sessionId));
        }

        return $this->rows($leads, $this->call([], $timeout));
    }

    /**
     * The conversations of an agent.
     *
     * @return list<Session>
     * @throws RobofyException
     */
    public function sessions(?float $timeout = null, ?string $chatbotId = null): array
    {
        $chatbotId = Arguments::once('chatbotId', $chatbotId ?? $this->chatbotId);
        $sessions = $this->send('robofy_inbox_sessions', 'robofy_sessions_free', $chatbotId, $this->call([], $timeout));
        $read = [];
        for ($index = 0; $index < $this->library->robofy_sessions_count($sessions->pointer); $index++) {
            $read[] = Session::read($this->library, $sessions->pointer, $index);
        }

        return $read;
    }

    /** @throws RobofyException */
    public function agentSettings(?float $timeout = null, ?string $pid = null, ?string $chatbotId = null): AgentSettings
    {
        $arguments = [...$this->agent($pid, $chatbotId), $this->call([], $timeout)];
        $settings = $this->send('robofy_agent_settings', 'robofy_settings_free', ...$arguments);

        return AgentSettings::read($this->library, $settings->pointer);
    }

    /**
     * Sends a message to a path where the agent answers in events, and does not wait: the stream brings them. The
     * service's reference does not name the path. The message's timeout, or the client's, bounds the time to the first
     * event, and then from each event to the next.
     *
     * @throws RobofyException if nothing can be sent; all else is the stream's
     */
    public function stream(string $path, Message $message): Stream
    {
        $arguments = [Arguments::text('path', $path), $this->native($message)];

        return new Stream($this->send('robofy_stream_open', 'robofy_stream_free', ...$arguments), $this->logger);
    }

    /** @return array{string, string} */
    private function agent(?string $pid, ?string $chatbotId): array
    {
        return [
            Arguments::once('pid', $pid ?? $this->pid),
            Arguments::once('chatbotId', $chatbotId ?? $this->chatbotId),
        ];
    }

    private function asked(
        string $method,
        string $path,
        array $query,
        mixed $body,
        ?float $timeout,
        ?int $maxResponseBytes,
    ): array {
        return [
            Arguments::text('method', $method),
            Arguments::text('path', $path),
            null,
            $body === null ? null : Arguments::value('body', $body),
            $this->call($query, $timeout, $maxResponseBytes),
        ];
    }

    private function form(string $path, Upload $upload, ?float $timeout): array
    {
        return [Arguments::text('path', $path), $upload->handle, $this->call([], $timeout)];
    }

    private function call(array $query, ?float $timeout, ?int $maxResponseBytes = null): Handle
    {
        $this->handle();
        $call = new Handle($this->library, $this->library->robofy_call_new(), 'robofy_call_free');
        foreach ($query as $name => $value) {
            $name = Arguments::text('query', (string) $name);
            $this->library->robofy_call_add_query($call->pointer, $name, Arguments::queryText($name, $value));
        }
        $this->library->robofy_call_set_timeout_ms($call->pointer, Arguments::milliseconds('timeout', $timeout) ?? 0);
        $most = Arguments::integer('maxResponseBytes', $maxResponseBytes, 1, PHP_INT_MAX);
        $this->library->robofy_call_set_max_response_bytes($call->pointer, $most ?? 0);

        return $call;
    }

    private function responseTo(string $function, mixed ...$arguments): Response
    {
        $response = $this->send($function, 'robofy_response_free', ...$arguments);

        return Log::answered($this->logger, Response::read($this->library, $response->pointer, $response));
    }

    private function rows(Handle $leads, Handle $call): \Generator
    {
        while (($page = $this->page($leads, $call)) !== null) {
            for ($index = 0; $index < $this->library->robofy_page_count($page->pointer); $index++) {
                $row = $this->library->robofy_page_row($page->pointer, $index);
                yield json_decode($row, true, flags: JSON_THROW_ON_ERROR);
            }
        }
    }

    private function page(Handle $leads, Handle $call): ?Handle
    {
        try {
            $page = Library::call('robofy_leads_next', $leads, $this->handle(), $call);
        } catch (RobofyException $error) {
            throw Log::failed($this->logger, $error);
        }

        return $page === null ? null : new Handle($this->library, $page, 'robofy_page_free');
    }
}
