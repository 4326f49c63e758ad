package ai.robofy;

import com.sun.jna.Pointer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What is read of a completion that has no error.
 *
 * @param name what the log calls such a call
 * @param keeps what was read owns the completion from then on
 */
record Result<T>(String name, Function<Pointer, T> read, ToIntFunction<T> attempts, boolean keeps) {
    static final Result<Reply> REPLY =
            new Result<>("chat", each -> Reply.read(Native.robofy_completion_reply(each)), Reply::attempts, false);
    static final Result<Response> RESPONSE = new Result<>("call", Response::new, Response::attempts, true);
}
