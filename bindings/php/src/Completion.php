<?php

declare(strict_types=1);

namespace Robofy;

/** What became of a submitted message: exactly one of reply and error is not null. */
final class Completion
{
    public function __construct(
        /** What whatsappSubmit() returned; null if it refused the message. */
        public readonly ?int $tag,
        public readonly ?Reply $reply,
        public readonly ?RobofyException $error,
    ) {
    }

    /** @throws RobofyException if there is no reply */
    public function reply(): Reply
    {
        return $this->reply ?? throw $this->error;
    }
}
