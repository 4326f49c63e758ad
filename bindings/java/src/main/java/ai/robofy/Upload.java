package ai.robofy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/** A form with files, for {@link Client#upload}. It may be sent again; any thread may ask how far it has come. */
public final class Upload {
    private final Pointer upload;

    public Upload() {
        Loader.load();
        Pointer allocated = Native.robofy_upload_new();
        upload = allocated;
        Owned.by(this, () -> Native.robofy_upload_free(allocated));
    }

    /** Adds a field that is a text. */
    public Upload addText(String name, String value) {
        byte[] field = Arguments.messageText("name", name);
        byte[] text = Arguments.messageText("value", value);
        return with(form -> Native.robofy_upload_add_text(form, field, text));
    }

    /** Adds a file by its own name, which is read while it is sent. */
    public Upload addFile(String name, Path path) {
        return addFile(name, path, null, null);
    }

    /**
     * Adds a file, which is read while it is sent.
     *
     * @param name the field's name, such as "file"
     * @param path where the file is
     * @param fileName the name that it goes by, or null for the last name of its path
     * @param contentType its media type, such as "application/pdf", or null for one by the file name's ending
     */
    public Upload addFile(String name, Path path, String fileName, String contentType) {
        Objects.requireNonNull(path, "path must not be null");
        byte[] field = Arguments.messageText("name", name);
        byte[] file = Arguments.text("path", path.toString());
        byte[] called = optional("fileName", fileName);
        byte[] type = optional("contentType", contentType);
        return with(form -> Native.robofy_upload_add_file(form, field, file, called, type));
    }

    /** Adds a file that is in memory, of the media type that its name's ending tells. */
    public Upload addBytes(String name, byte[] content, String fileName) {
        return addBytes(name, content, fileName, null);
    }

    /** Adds a file that is in memory; it is copied. All else is as for {@link #addFile}. */
    public Upload addBytes(String name, byte[] content, String fileName, String contentType) {
        Objects.requireNonNull(content, "content must not be null");
        byte[] field = Arguments.messageText("name", name);
        byte[] called = Arguments.messageText("fileName", fileName);
        byte[] type = optional("contentType", contentType);
        return with(form -> Native.robofy_upload_add_bytes(form, field, content, content.length, called, type));
    }

    /** How many bytes of the request's body were handed to its connection. It begins anew with each attempt. */
    public long sent() {
        try {
            return Native.robofy_upload_sent(upload);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** How many bytes the request's body has; 0 before it is sent for the first time. */
    public long total() {
        try {
            return Native.robofy_upload_total(upload);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    synchronized byte submit(Pointer client, byte[] path, Pointer options, long tag, PointerByReference error) {
        return Native.robofy_upload_submit(client, path, upload, options, tag, error);
    }

    private synchronized Upload with(Consumer<Pointer> part) {
        part.accept(upload);
        return this;
    }

    private static byte[] optional(String parameter, String value) {
        return value == null ? null : Arguments.messageText(parameter, value);
    }
}
