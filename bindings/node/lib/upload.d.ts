/** Of a file in a form. */
export interface FileOptions {
    /** The name that it goes by: the last name of its path by default. */
    fileName?: string | null;
    /** Its media type, for example "application/pdf": by the file name's ending by default. */
    contentType?: string | null;
}

/** A form with files. It may be sent again, and tells meanwhile how far it has come. */
export declare class Upload {
    /** Adds a field that is a text. */
    addText(name: string, value: string): this;
    /** Adds a file, which is read while it is sent. */
    addFile(name: string, path: string | URL, options?: FileOptions): this;
    /** Adds a file that is in memory; it is copied. */
    addBytes(name: string, content: NodeJS.ArrayBufferView | string, options: FileOptions & { fileName: string }): this;
    /** How many bytes of the request's body were handed to its connection. It begins anew with each attempt. */
    get sent(): number;
    /** How many bytes the request's body has; 0 before it is sent for the first time. */
    get total(): number;
}
