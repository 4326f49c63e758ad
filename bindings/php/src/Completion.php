<?php

declare(strict_types=1);

namespace Robofy;

/** What became of a submitted message or request: exactly one of reply, response and error is not null. */
final class Completion
{
    public function __construct(
        /** What the submitting method returned; null if it refused the message. */
        public readonly ?int $tag,
        public readonly ?Reply $reply,
        public readonly ?RobofyException $error,
        public readonly ?Response $response = null,
    ) {
    }

    /** @throws RobofyException if there is no reply */
    public function reply(): Reply
    {
        return $this->reply ?? throw $this->error ?? new \LogicException('a request has a response, and no reply');
    }

    /** @throws RobofyException if there is no response */
    public function response(): Response
    {
        return $this->response ?? throw $this->error ?? new \LogicException('a message has a reply, and no response');
    }

    /** @internal */
    public static function read(\FFI $library, Handle $completion): self
    {
        [$reply, $error, $response] = array_map(
            static fn (string $of): ?\FFI\CData => $library->{"robofy_completion_$of"}($completion->pointer),
            ['reply', 'error', 'response'],
        );

        return new self(
            $library->robofy_completion_tag($completion->pointer),
            $reply === null ? null : Reply::read($library, $reply),
            $error === null ? null : RobofyException::read($library, $error),
            $response === null ? null : Response::read($library, $response, $completion),
        );
    }
}
