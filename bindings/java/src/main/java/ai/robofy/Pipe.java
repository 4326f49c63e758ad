package ai.robofy;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import java.nio.ByteBuffer;

/** A pipe of the system's, of which one end can be polled with other descriptors. */
final class Pipe {
    static final short POLLIN = 1;

    private final int[] ends = new int[2];
    private boolean rung;

    static {
        Native.register(Pipe.class, Platform.C_LIBRARY_NAME);
    }

    Pipe() {
        if (pipe(ends) < 0) {
            throw noDescriptorLeft();
        }
    }

    /** A descriptor of the library's, which has none where the process has none left. */
    static int checked(int descriptor) {
        if (descriptor < 0) {
            throw noDescriptorLeft();
        }
        return descriptor;
    }

    /** Another descriptor of what this one is of. */
    static int copy(int descriptor) {
        return checked(dup(descriptor));
    }

    static void shut(int descriptor) {
        close(descriptor);
    }

    private static RobofyException noDescriptorLeft() {
        return RobofyException.of(Failure.Facts.of(
                Status.CONNECT, "the process has no file descriptor left: let it close some, or raise its limit (ulimit -n)"));
    }

    int descriptor() {
        return ends[0];
    }

    /** Makes the end that is polled readable. Once is enough, and so the pipe is never full. */
    void ring() {
        if (!rung) {
            rung = true;
            write(ends[1], new byte[1], new NativeLong(1));
        }
    }

    void empty() {
        rung = false;
        read(ends[0], new byte[1], new NativeLong(1));
    }

    void close() {
        close(ends[0]);
        close(ends[1]);
    }

    void poll(ByteBuffer fds, int count) {
        poll(fds, new NativeLong(count), -1);
    }

    private static native int pipe(int[] ends);

    private static native int dup(int descriptor);

    private static native int poll(ByteBuffer fds, NativeLong count, int timeoutMs);

    private static native NativeLong read(int descriptor, byte[] buffer, NativeLong bytes);

    private static native NativeLong write(int descriptor, byte[] buffer, NativeLong bytes);

    private static native int close(int descriptor);
}
