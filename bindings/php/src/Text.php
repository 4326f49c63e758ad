<?php

declare(strict_types=1);

namespace Robofy;

/** An agent's answer as WhatsApp text, in messages that fit. Nothing here waits, and no client is needed. */
final class Text
{
    /**
     * Writes an agent's answer as WhatsApp text: its marks for bold, italic, struck and code, a link as "text: url", a
     * table as code or as lines. Code and URLs are left as they are.
     * Formatting twice changes nothing unless the dialect is Markdown.
     *
     * @param string $text bytes that are not UTF-8 become U+FFFD
     * @throws InvalidArgumentException the text holds a NUL
     */
    public static function format(string $text, Dialect $dialect = Dialect::Auto): string
    {
        $text = Arguments::messageText('text', $text);

        return Library::text(Library::call('robofy_whatsapp_format', $text, $dialect->value));
    }

    /**
     * Splits a WhatsApp text, as format() gives it, into messages that fit: between paragraphs and items of a list where
     * it can, else after a line, a sentence or a word. URLs, and characters that are drawn as one, are kept whole. A mark
     * or a block of code that goes on is closed and opened again.
     *
     * @param string $text bytes that are not UTF-8 become U+FFFD
     * @param int $limit the most UTF-16 units of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600, a caption
     *   1 024
     * @return list<string> none of them blank: a blank text has none
     * @throws InvalidArgumentException the text holds a NUL, or the limit is out of range
     */
    public static function split(string $text, int $limit = 0): array
    {
        $arguments = [Arguments::messageText('text', $text), Arguments::integer('limit', $limit)];
        $library = Library::load();
        $parts = new Handle($library, Library::call('robofy_whatsapp_split', ...$arguments), 'robofy_parts_free');
        $texts = [];
        for ($index = 0; $index < $library->robofy_parts_count($parts->pointer); $index++) {
            $texts[] = $library->robofy_parts_text($parts->pointer, $index);
        }

        return $texts;
    }
}
