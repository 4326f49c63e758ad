<?php

declare(strict_types=1);

namespace Robofy;

/** A form with files, for upload() and uploadSubmit(). It may be sent again. */
final class Upload
{
    /** @internal */
    public readonly Handle $handle;
    private readonly \FFI $library;

    /** @throws LibraryException */
    public function __construct()
    {
        $this->library = Library::load();
        $this->handle = new Handle($this->library, $this->library->robofy_upload_new(), 'robofy_upload_free');
    }

    /** A field. */
    public function addText(string $name, string $value): static
    {
        return $this->add('text', ['name' => $name, 'value' => $value]);
    }

    /**
     * A file, which is read while it is sent.
     *
     * @param string $name the field's name, such as "file"
     * @param ?string $fileName the name that the file goes by; null is the last name of its path
     * @param ?string $contentType its media type; null is one by the file name's ending
     */
    public function addFile(string $name, string $path, ?string $fileName = null, ?string $contentType = null): static
    {
        $texts = ['name' => $name, 'path' => $path, 'fileName' => $fileName, 'contentType' => $contentType];

        return $this->add('file', $texts);
    }

    /** A file that is in memory; it is copied. */
    public function addBytes(string $name, string $bytes, string $fileName, ?string $contentType = null): static
    {
        $texts = ['name' => $name, 'fileName' => $fileName, 'contentType' => $contentType];

        return $this->add('bytes', $texts, $bytes, strlen($bytes));
    }

    /** How many bytes of the request's body have gone out. It begins anew with each attempt. */
    public function sent(): int
    {
        return $this->library->robofy_upload_sent($this->handle->pointer);
    }

    /** How many bytes the request's body has; 0 before it is sent for the first time. */
    public function total(): int
    {
        return $this->library->robofy_upload_total($this->handle->pointer);
    }

    private function add(string $what, array $texts, string|int ...$bytes): static
    {
        $texts = array_map(Arguments::text(...), array_keys($texts), $texts);
        // Bytes come behind the field's name.
        array_splice($texts, 1, 0, $bytes);
        $this->library->{"robofy_upload_add_$what"}($this->handle->pointer, ...$texts);

        return $this;
    }
}
